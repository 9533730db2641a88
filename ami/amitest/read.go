package amitest

import (
	"net"
	"strings"
)

// Next returns the client's next action, whatever it is. What breaks the
// manager's limits is answered as Asterisk does, and passed over. The error,
// io.EOF when the client has closed, is the end of the connection.
func (p *Peer) Next() (Action, error) {
	for {
		if p.ctx.Err() != nil {
			return Action{}, net.ErrClosed // what lies in the buffer came too late
		}
		read, fault, err := p.input.Next()
		if err != nil {
			p.Cut()
			return Action{}, err
		}
		a := Action{read}
		if fault != "" {
			p.Error(a, fault)
			continue
		}
		p.mu.Lock()
		p.received = append(p.received, a)
		p.mu.Unlock()
		return a, nil
	}
}

// Expect answers what has a handler until the client sends an action called
// name, and returns that one without answering it. It fails when the client
// sends something else without a handler, or goes.
func (p *Peer) Expect(name string) Action {
	for {
		a, err := p.Next()
		if err != nil {
			p.Fatalf("waiting for action %s: %w", name, err)
		}
		if handlerKey(a.Name()) == handlerKey(name) {
			if handlerKey(name) == "login" {
				p.session.authenticated = true // the script is the judge of it
				p.loggedIn.Store(true)
			}
			return a
		}
		if !p.dispatch(a) {
			p.Fatalf("waiting for action %s, the client sent %s", name, describe(a))
		}
	}
}

// Serve answers actions by their handlers until the client goes. An action
// without one gets the error of an unknown command.
func (p *Peer) Serve() {
	for {
		a, err := p.Next()
		if err != nil {
			return
		}
		if !p.dispatch(a) {
			p.Error(a, "Invalid/unknown command: "+a.Name()+
				". Use Action: ListCommands to show available commands.")
		}
	}
}

// describe tells an action apart without showing what may be a secret.
func describe(a Action) string {
	var keys []string
	for key := range a.Fields().All() {
		keys = append(keys, key)
	}
	return a.Name() + " (" + strings.Join(keys, ", ") + ")"
}
