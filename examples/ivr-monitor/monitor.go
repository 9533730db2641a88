package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/live"
)

// joining is how long the model may take to hear of a channel that AGI serves.
const joining = 30 * time.Second

// monitor writes a record of each call that AGI has reported, when it has ended.
type monitor struct {
	model   *live.Model
	changes *live.Subscription
	stop    context.CancelFunc // of joins
	joins   context.Context
	tasks   sync.WaitGroup

	mu     sync.Mutex // guards all below, and writing
	out    *json.Encoder
	visits map[string]*visit   // by the Uniqueid of the channel
	calls  map[string][]*visit // by the ID of the Call
	closed bool
}

// visit is one AGI session.
type visit struct {
	uniqueID string
	choices  []string
}

func newMonitor(model *live.Model, out io.Writer) *monitor {
	m := &monitor{model: model, changes: model.Subscribe(nil), out: json.NewEncoder(out), visits: make(map[string]*visit), calls: make(map[string][]*visit)}
	m.joins, m.stop = context.WithCancel(context.Background())
	// Ends with the subscription; close waits for it.
	m.tasks.Go(m.follow)
	return m
}

// close writes what is known of the calls that go on.
func (m *monitor) close() {
	m.stop()
	m.changes.Close()
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.tasks.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.calls {
		if c, ok := m.model.Call(id); ok {
			m.finish(c)
		}
	}
}

// report is as reporter has it. The first one of a channel begins a visit.
func (m *monitor) report(_ context.Context, uniqueID string, choices []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := m.visits[uniqueID]
	if v == nil {
		if m.closed {
			return live.ErrClosed
		}
		v = &visit{uniqueID: uniqueID}
		m.visits[uniqueID] = v
		// Ends with the wait, or with close, which waits for it.
		m.tasks.Go(func() { m.join(v) })
	}
	v.choices = choices
	return nil
}

// join finds the Call of a visit.
func (m *monitor) join(v *visit) {
	ctx, cancel := context.WithTimeout(m.joins, joining)
	defer cancel()
	c, err := m.model.Wait(ctx, v.uniqueID)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		slog.Error("no call of an AGI session", "uniqueid", v.uniqueID, "error", err)
		delete(m.visits, v.uniqueID)
		return
	}
	now, ok := m.model.Call(c.ID) // it may have ended meanwhile, or go on as a part of another one
	if !ok {
		now = c
	}
	m.calls[now.ID] = append(m.calls[now.ID], v)
	if !now.Live() {
		m.finish(now)
	}
}

// follow writes the record of each call that ends.
func (m *monitor) follow() {
	for change := range m.changes.All(context.Background()) {
		m.mu.Lock()
		switch c := change.(type) {
		case live.Reset: // the first one, or this loop was too slow
			for id := range m.calls {
				if now, ok := c.View.Call(id); ok && !now.Live() {
					m.finish(now)
				}
			}
		case live.Changed[live.Call]:
			switch {
			case c.After.Merged != nil: // another one goes on in its place
				into := c.After.Merged.Into
				m.calls[into] = append(m.calls[into], m.calls[c.After.ID]...)
				delete(m.calls, c.After.ID)
			case !c.After.Live():
				m.finish(c.After)
			}
		}
		m.mu.Unlock()
	}
}

// finish writes the record of a call, if it has one that was not written. The caller holds mu.
func (m *monitor) finish(c *live.Call) {
	visits, ok := m.calls[c.ID]
	if !ok {
		return
	}
	delete(m.calls, c.ID)
	r := newRecord(c)
	for _, v := range visits {
		delete(m.visits, v.uniqueID)
		r.Choices = append(r.Choices, v.choices...)
	}
	if err := m.out.Encode(r); err != nil {
		slog.Error("write a record", "call", c.ID, "error", err)
	}
}
