package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// settings say how phones are reached.
type settings struct {
	agent   string // a format for the agent's number: what Asterisk dials first
	context string // of the dialplan, where the customer's number is dialled
	ring    time.Duration
}

// service makes calls by HTTP.
type service struct {
	settings settings
	session  ami.Persistent
	logger   *slog.Logger
	calls    *calls
	metrics  *metrics

	life   context.Context // of what follows calls; ends with close
	cancel context.CancelFunc
	tasks  sync.WaitGroup
}

func newService(session ami.Persistent, s settings, logger *slog.Logger) *service {
	life, cancel := context.WithCancel(context.Background())
	return &service{
		settings: s, session: session, logger: logger, calls: newCalls(), metrics: newMetrics(session),
		life: life, cancel: cancel,
	}
}

// close ends what follows the calls. The calls themselves go on.
func (s *service) close() {
	s.cancel()
	s.tasks.Wait()
}

func (s *service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /calls", s.post)
	mux.HandleFunc("GET /calls/{id}", s.get)
	mux.HandleFunc("DELETE /calls/{id}", s.delete)
	mux.HandleFunc("GET /ready", s.ready)
	mux.Handle("GET /metrics", s.metrics)
	return mux
}

func (s *service) post(w http.ResponseWriter, r *http.Request) {
	key, wanted, err := readRequest(w, r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	c, isNew, err := s.calls.claim(key, wanted)
	if err != nil {
		refuseError(w, err)
		return
	}
	status := http.StatusCreated
	if isNew {
		s.begin(c)
	} else {
		s.metrics.repeated.Add(1)
		status = http.StatusOK
	}
	select {
	case <-c.begun: // by another request, perhaps
	case <-r.Context().Done():
		return
	}
	if c.err != nil {
		refuseError(w, c.err)
		return
	}
	w.Header().Set("Location", "/calls/"+c.origination.ChannelID())
	answer(w, status, s.calls.stateOf(c))
}

// sendWithin bounds the wait for Asterisk's answer, which comes at once.
const sendWithin = 10 * time.Second

// begin makes a call. It goes on if the client that asked for it has gone, who will ask again with the same key.
func (s *service) begin(c *call) {
	ctx, cancel := context.WithTimeout(s.life, sendWithin)
	defer cancel()
	origination, err := ami.Originate(ctx, s.session, action.Originate{
		Channel: fmt.Sprintf(s.settings.agent, c.request.Agent), Timeout: s.settings.ring,
		Context: s.settings.context, Exten: c.request.Customer,
		CallerID: action.CallerID("", c.request.Customer), // what the agent's phone shows
	})
	s.calls.begin(c, origination, err)
	log := s.logger.With("agent", c.request.Agent, "customer", c.request.Customer)
	if err != nil {
		s.metrics.refused.Add(1)
		log.Error("no call", "error", err)
		return
	}
	s.metrics.begun.Add(1)
	log = log.With("call", origination.ChannelID())
	log.Info("call begun")
	// Ends with the call or with close, which waits for it.
	s.tasks.Go(func() { s.follow(c, log) })
}

// follow keeps the state of a call until both legs have ended.
func (s *service) follow(c *call, log *slog.Logger) {
	for p, err := range c.origination.Progress(s.life) {
		if err != nil {
			log.Error("call lost", "error", err)
			s.calls.update(c, func(now *state) { now.Error = err.Error() })
			break
		}
		log.Info("progress", "leg", p.Leg.String(), "state", p.State, "channel", p.Channel, "result", p.Result, "cause", p.Cause.String())
		s.calls.update(c, func(now *state) { now.take(p) })
	}
	s.metrics.count(s.calls.end(c))
}

func (s *service) get(w http.ResponseWriter, r *http.Request) {
	c := s.calls.find(r.PathValue("id"))
	if c == nil {
		refuse(w, http.StatusNotFound, "no such call")
		return
	}
	answer(w, http.StatusOK, s.calls.stateOf(c))
}

func (s *service) delete(w http.ResponseWriter, r *http.Request) {
	c := s.calls.find(r.PathValue("id"))
	if c == nil {
		refuse(w, http.StatusNotFound, "no such call")
		return
	}
	if err := c.origination.Hangup(r.Context()); err != nil {
		refuseError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// ready tells a load balancer whether calls can be made.
func (s *service) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if err := s.session.Ready(ctx); err != nil {
		refuse(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	answer(w, http.StatusOK, map[string]string{"asterisk": s.session.Version().String()})
}
