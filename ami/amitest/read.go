package amitest

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// The limits of main/manager.c: get_input finds a line in a buffer of 1024
// bytes, its ending included, and a message has AST_MAX_MANHEADERS lines.
const (
	inputSize = 1024
	maxLines  = 128

	lineTooLong   = "Failed to parse message: line too long"
	tooManyLines  = "Too many lines in message or allocation failure"
	missingAction = "Missing action in request"
)

// Next returns the client's next action, whatever it is. What breaks the
// manager's limits is answered as Asterisk does, and passed over. The error,
// io.EOF when the client has closed, is the end of the connection.
func (p *Peer) Next() (Action, error) {
	for {
		if p.ctx.Err() != nil {
			return Action{}, net.ErrClosed // what lies in the buffer came too late
		}
		a, fault, err := p.message()
		if err != nil {
			p.Cut()
			return Action{}, err
		}
		if fault == "" && a.Name() == "" {
			fault = missingAction
		}
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

// message reads up to an empty line. It has the faults of Asterisk: of a line
// that is too long the rest counts as further lines, and once a fault is known
// no line is kept, not even an ActionID.
func (p *Peer) message() (a Action, fault string, err error) {
	var text strings.Builder
	for lines := 0; ; {
		line, err := p.input.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			fault = lineTooLong
			continue
		}
		if err != nil {
			return Action{}, "", err
		}
		line = bytes.TrimSuffix(line[:len(line)-1], []byte("\r"))
		line, _, _ = bytes.Cut(line, []byte{0}) // a C string ends there
		switch {
		case len(line) == 0:
			return Action{transport.ParseFields(text.String())}, fault, nil
		case fault != "":
		case lines == maxLines:
			fault = tooManyLines
		default:
			lines++
			text.Write(line)
			text.WriteString("\r\n")
		}
	}
}

// describe tells an action apart without showing what may be a secret.
func describe(a Action) string {
	var keys []string
	for key := range a.fields.All() {
		keys = append(keys, key)
	}
	return a.Name() + " (" + strings.Join(keys, ", ") + ")"
}
