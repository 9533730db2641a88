package main

import (
	"encoding/json"
	"expvar"
	"net/http"

	"github.com/asterisk-go/asterisk-go/ami"
)

// metrics counts calls, and answers GET /metrics with JSON, as expvar does. expvar.Publish would make them those of the
// whole program, so that each test could not have its own.
type metrics struct {
	session   ami.Persistent
	begun     expvar.Int
	repeated  expvar.Int // requests with a key that was known
	refused   expvar.Int
	agents    *expvar.Map // of calls that have ended, by result
	customers *expvar.Map
}

func newMetrics(session ami.Persistent) *metrics {
	return &metrics{session: session, agents: new(expvar.Map).Init(), customers: new(expvar.Map).Init()}
}

// count counts a call that has ended.
func (m *metrics) count(s state) {
	for counters, result := range map[*expvar.Map]ami.Result{m.agents: s.Agent.Result, m.customers: s.Customer.Result} {
		if result == "" {
			result = "not called"
		}
		counters.Add(string(result), 1)
	}
}

// ServeHTTP answers with the counters of the calls and of the connection to Asterisk.
func (m *metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"begun": m.begun.Value(), "repeated": m.repeated.Value(), "refused": m.refused.Value(),
		"agents": json.RawMessage(m.agents.String()), "customers": json.RawMessage(m.customers.String()),
		"ami": m.session.Stats(),
	})
}
