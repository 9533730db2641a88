package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// request is the body of a POST: who is to talk to whom.
type request struct {
	Agent    string `json:"agent"`    // the number of a phone of ours, which rings first
	Customer string `json:"customer"` // the number to dial when the agent has answered
}

const (
	maxBody = 4 << 10
	maxKey  = 200
)

// Both numbers become part of what Asterisk dials, so that nothing but these characters may be in them.
var isNumber = regexp.MustCompile(`^\+?[0-9A-Za-z_-]{1,40}$`)

// readRequest takes a request apart. An error is the client's fault and may be told.
func readRequest(w http.ResponseWriter, r *http.Request) (key string, body request, err error) {
	key = strings.TrimSpace(r.Header.Get("Idempotency-Key"))
	if key == "" || len(key) > maxKey {
		return "", request{}, fmt.Errorf("the header Idempotency-Key is to have 1 to %d characters", maxKey)
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return "", request{}, fmt.Errorf("read the body: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return "", request{}, errors.New("there is more in the body than one object")
	}
	if !isNumber.MatchString(body.Agent) {
		return "", request{}, errors.New("agent is no number")
	}
	if !isNumber.MatchString(body.Customer) {
		return "", request{}, errors.New("customer is no number")
	}
	return key, body, nil
}
