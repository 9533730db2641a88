package main

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/asterisk-go/asterisk-go/ami"
)

// refuseError finds the status for an error of calls or of ami.
func refuseError(w http.ResponseWriter, err error) {
	var refusal *ami.Error
	switch {
	case errors.Is(err, errOther):
		refuse(w, http.StatusUnprocessableEntity, err.Error())
	case errors.Is(err, errTooMany), errors.Is(err, ami.ErrNotSent):
		w.Header().Set("Retry-After", "5")
		refuse(w, http.StatusServiceUnavailable, err.Error())
	case errors.Is(err, ami.ErrInvalid), errors.Is(err, ami.ErrNoSuchExtension):
		refuse(w, http.StatusBadRequest, err.Error())
	case errors.As(err, &refusal):
		refuse(w, http.StatusBadGateway, err.Error())
	default:
		refuse(w, http.StatusGatewayTimeout, err.Error())
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"error": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // an error means that the client has gone
}
