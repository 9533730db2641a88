package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// request is the body of a POST.
type request struct {
	Channel   string            `json:"channel"`
	Context   string            `json:"context"`
	Exten     string            `json:"exten"`
	CallerID  string            `json:"caller_id"`
	Variables map[string]string `json:"variables"`
	Timeout   float64           `json:"timeout_seconds"`
}

const (
	maxBody    = 64 << 10
	maxTimeout = 5 * time.Minute
)

// readRequest takes the body apart; an error is the client's fault and may be told.
func readRequest(w http.ResponseWriter, r *http.Request) (action.Originate, error) {
	var body request
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return action.Originate{}, fmt.Errorf("read the body: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return action.Originate{}, errors.New("there is more in the body than one object")
	}
	return body.action()
}

func (r request) action() (action.Originate, error) {
	for _, field := range []struct{ name, value string }{{"channel", r.Channel}, {"context", r.Context}, {"exten", r.Exten}} {
		if field.value == "" {
			return action.Originate{}, fmt.Errorf("%s is missing", field.name)
		}
	}
	if r.Timeout < 0 || r.Timeout > maxTimeout.Seconds() {
		return action.Originate{}, fmt.Errorf("timeout_seconds is not between 0 and %v", maxTimeout.Seconds())
	}
	a := action.Originate{
		Channel:  r.Channel,
		Context:  r.Context,
		Exten:    r.Exten,
		CallerID: r.CallerID,
		Timeout:  time.Duration(r.Timeout * float64(time.Second)),
	}
	for _, name := range slices.Sorted(maps.Keys(r.Variables)) {
		a.Variables = append(a.Variables, asterisk.Variable{Name: name, Value: r.Variables[name]})
	}
	return a, nil
}
