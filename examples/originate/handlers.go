package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/transport"
)

func (c *calls) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /calls", c.post)
	mux.HandleFunc("GET /calls/{id}", c.get)
	mux.HandleFunc("DELETE /calls/{id}", c.delete)
	return mux
}

func (c *calls) post(w http.ResponseWriter, r *http.Request) {
	a, err := readRequest(w, r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	if !c.reserve() {
		w.Header().Set("Retry-After", "5")
		refuse(w, http.StatusServiceUnavailable, "too many calls are being made")
		return
	}
	handle, err := ami.Originate(r.Context(), c.session, a)
	if handle == nil {
		c.release()
		refuseError(w, err)
		return
	}
	c.add(handle) // also after an error: whether it was made is found out
	w.Header().Set("Location", "/calls/"+handle.ChannelID())
	answer(w, http.StatusCreated, state{ID: handle.ChannelID(), State: "calling"})
}

func (c *calls) get(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	entry, ok := c.find(id)
	if !ok {
		refuse(w, http.StatusNotFound, "no such call")
		return
	}
	answer(w, http.StatusOK, entry.state())
}

func (c *calls) delete(w http.ResponseWriter, r *http.Request) {
	entry, ok := c.find(r.PathValue("id"))
	if !ok {
		refuse(w, http.StatusNotFound, "no such call")
		return
	}
	if err := entry.handle.Hangup(r.Context()); err != nil {
		refuseError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// state is how a call looks to the client.
type state struct {
	ID      string     `json:"id"`
	State   string     `json:"state"` // calling or settled
	Outcome ami.Result `json:"outcome,omitempty"`
	Cause   string     `json:"cause,omitempty"`
	Why     string     `json:"why,omitempty"`
	Channel string     `json:"channel,omitempty"`
	Created *time.Time `json:"created,omitempty"`
	Settled *time.Time `json:"settled,omitempty"`
}

func (c call) state() state {
	s := state{ID: c.handle.ChannelID(), State: "calling", Created: &c.created}
	if c.settled.IsZero() {
		return s
	}
	s.State, s.Settled = "settled", &c.settled
	s.Outcome, s.Why, s.Channel = c.outcome.Result, c.outcome.Why, c.outcome.Channel
	if c.outcome.Cause != 0 {
		s.Cause = c.outcome.Cause.String()
	}
	return s
}

// refuseError finds the status for what ami returned.
func refuseError(w http.ResponseWriter, err error) {
	var refusal *ami.Error
	switch {
	case clientsFault(err):
		refuse(w, http.StatusBadRequest, err.Error())
	case errors.As(err, &refusal):
		refuse(w, http.StatusBadGateway, err.Error())
	case errors.Is(err, ami.ErrNotSent):
		w.Header().Set("Retry-After", "5")
		refuse(w, http.StatusServiceUnavailable, "Asterisk is not connected, and nothing was sent")
	default:
		refuse(w, http.StatusGatewayTimeout, err.Error())
	}
}

// clientsFault reports whether a field can't be sent as it is: a line break, or too long.
func clientsFault(err error) bool {
	var (
		missing *action.FieldError
		field   *transport.FieldError
		limit   *transport.LimitError
	)
	return errors.As(err, &missing) || errors.As(err, &field) || errors.As(err, &limit)
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"error": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // an error means that the client has gone
}
