package gateway

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// noting is a gateway whose users may write notes to calls; it counts how often one is written.
func noting(t *testing.T, note func(ctx context.Context) error) (*edge, *atomic.Int64) {
	var notes atomic.Int64
	return newEdge(t, func(c *Config) {
		c.Policy = func(_ context.Context, user User) (Rights, error) {
			return Rights{Own: []Ref{{Name: "PJSIP/" + user.ID}}, Actions: []message.Name{message.NameNote}, Stats: user.Role == "monitor"}, nil
		}
		c.Note = func(ctx context.Context, _ User, _, _, _ string) error {
			notes.Add(1)
			return note(ctx)
		}
	}), &notes
}

// aNote asks for a note to the call that the user sees.
func aNote(b *visitor, id string) message.Action {
	b.t.Helper()
	m := b.until(func(m received) bool { return has(m, message.KindParty, "PJSIP/100") })
	for _, o := range m.Put {
		if o.Kind == message.KindCall {
			return message.Action{Type: "action", ID: id, Action: message.NameNote, Key: o.Key, Text: "calls again"}
		}
	}
	b.t.Fatalf("there is no call in %+v", m)
	return message.Action{}
}

// An action that is sent twice, by whatever way, runs once, and both get its result.
func TestActionIsRunOnce(t *testing.T) {
	e, notes := noting(t, func(context.Context) error { return nil })
	b := e.stream(e.header("100"), hello())
	welcome, _ := b.welcomed()
	e.ring("100", "1", "5550001")
	a := aNote(b, "note-0001")
	result := func(h http.Header, a message.Action) (m received) {
		t.Helper()
		answer := e.post("/action", h, a)
		data, _ := io.ReadAll(answer.Body)
		if err := jsonOf(data, &m); err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("the action is answered with %d %q", answer.StatusCode, data)
		}
		return m
	}
	for range 2 {
		if m := result(e.header("", "Authorization", "Bearer "+welcome.Token), a); m.Type != "result" || m.ID != a.ID || m.Outcome != message.OutcomeDone {
			t.Errorf("with the token the result is %+v", m)
		}
	}
	if m := result(e.header("100"), a); m.Outcome != message.OutcomeDone {
		t.Errorf("of the signed-in user the result is %+v", m)
	}
	socket := e.socket(e.header("100"))
	socket.send(hello())
	socket.welcomed()
	socket.send(a)
	socket.send(a)
	for range 2 {
		if m := socket.until(func(m received) bool { return m.Type == "result" }); m.ID != a.ID || m.Outcome != message.OutcomeDone {
			t.Errorf("on the socket the result is %+v", m)
		}
	}
	if n := notes.Load(); n != 1 {
		t.Errorf("it was run %d times", n)
	}
	if m := result(e.header("101"), a); m.Outcome != message.OutcomeRefused {
		t.Errorf("of another user the result is %+v", m)
	}
	for name, h := range map[string]http.Header{"nobody": e.header(""), "an invented token": e.header("", "Authorization", "Bearer AAAAAAAAAAAAAAAAAAAAAAAAAA")} {
		if got := e.post("/action", h, a).StatusCode; got != http.StatusUnauthorized {
			t.Errorf("%s is answered with %d", name, got)
		}
	}
	b.body.Close()
}

// What a user asks for goes on when the connection has gone, and is known to who comes back; meanwhile the connection goes on.
func TestActionOutlivesConnection(t *testing.T) {
	running, finish := make(chan struct{}), make(chan struct{})
	e, notes := noting(t, func(ctx context.Context) error {
		close(running)
		select {
		case <-finish:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	b := e.socket(e.header("100"))
	b.send(hello())
	b.welcomed()
	e.ring("100", "1", "5550001")
	a := aNote(b, "note-0002")
	b.send(a)
	<-running
	e.ring("100", "2", "5550002")
	b.until(func(m received) bool { return has(m, message.KindParty, "PJSIP/100") })
	b.conn.Close()
	again := e.socket(e.header("100"))
	again.send(hello())
	again.welcomed()
	again.send(a)
	close(finish)
	if m := again.until(func(m received) bool { return m.Type == "result" }); m.Outcome != message.OutcomeDone || notes.Load() != 1 {
		t.Errorf("the result is %+v, after %d runs", m, notes.Load())
	}
}

// Figures are for who has the right.
func TestStats(t *testing.T) {
	e, _ := noting(t, nil)
	b := e.socket(e.header("100"))
	b.send(hello())
	b.welcomed()
	get := func(h http.Header, want int) (body []byte) {
		t.Helper()
		w := e.ask("GET", "/stats", h)
		if w.Code != want {
			t.Errorf("the figures are answered with %d %s, want %d", w.Code, w.Body, want)
		}
		return w.Body.Bytes()
	}
	get(e.header(""), http.StatusUnauthorized)
	get(e.header("100"), http.StatusForbidden)
	var s stats
	if err := jsonOf(get(http.Header{"User": {"m"}, "Role": {"monitor"}}, http.StatusOK), &s); err != nil || s.Users != 2 || s.Connections != 1 || !s.Current ||
		s.Ended[message.CodeExpired] != 1 || s.Ended[message.CodeRevoked] != 1 || s.Since.IsZero() {
		t.Errorf("the figures are %+v, %v", s, err)
	}
}
