package amitest

import (
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Script plays the server's part: connection n of the server is connection n
// of the transcript. What the server sent is sent again as soon as every
// action recorded before it has come; where the recording has the client's
// own ids (ActionID, ChannelId, OtherChannelId, CommandID), the live ones are
// sent instead.
//
// The client has to send the recorded actions: same name, same fields, in an
// order of its own as far as it does not wait for answers. Its own ids (that of a
// channel in other fields, too, as the Channel of a Hangup), the Key of a Login,
// Secret, Challenge and values recorded as (redacted) may differ. Anything else
// fails and names the transcript's line, except a Ping, which is answered, and a
// login where none was recorded, as over HTTP with Digest.
//
// After its last line a connection is cut if another follows; the last one
// goes on answering by its handlers until the client leaves.
func (t *Transcript) Script() Script {
	return func(p *Peer) {
		if p.Number() > len(t.Connections) {
			p.Fatalf("the transcript has %d connections only", len(t.Connections))
		}
		p.session.authenticated = true // the recording is the judge of it
		p.loggedIn.Store(true)
		r := &replay{peer: p, steps: stepsOf(t.Connections[p.Number()-1])}
		r.play()
		if p.Number() == len(t.Connections) {
			r.goOn()
		}
	}
}

// replay is one connection under way.
type replay struct {
	peer  *Peer
	steps []step
	names []rename // of the client's own ids
}

// rename stands for one id of the client: the recorded and the live one.
type rename struct{ key, recorded, live string }

func (r *replay) play() {
	var text strings.Builder // up to the end of a block, so that it arrives in one piece
	flush := func() {
		r.peer.Write(text.String())
		text.Reset()
	}
	for i, s := range r.steps {
		if s.action != nil {
			flush()
			r.await(i)
			continue
		}
		text.WriteString(r.renamed(s.text))
		if s.text == "\r\n" {
			flush()
		}
	}
	flush()
}

// await reads until the action of step i has come.
func (r *replay) await(i int) {
	want := r.steps[i].action
	for !want.arrived {
		a, err := r.peer.Next()
		if err != nil {
			r.peer.Fatalf("transcript line %d: waiting for action %s: %w", want.line, want.fields.Get("Action"), err)
		}
		if !r.arrive(i, a) && !r.answerUnrecorded(a) {
			r.peer.Fatalf("transcript line %d: %s", want.line, want.mismatch(a, r.channelID))
		}
	}
}

// arrive finds the first recorded action from step i on that a is.
func (r *replay) arrive(i int, a Action) bool {
	for _, s := range r.steps[i:] {
		if s.action == nil || s.action.arrived || s.action.mismatch(a, r.channelID) != "" {
			continue
		}
		s.action.arrived = true
		for _, key := range ownIDs() {
			r.rename(key, s.action.fields.Get(key), a.Get(key))
		}
		return true
	}
	return false
}

func (r *replay) rename(key, recorded, live string) {
	if recorded != "" && live != "" && recorded != live {
		r.names = append(r.names, rename{key, recorded, live})
	}
}

// channelID returns the live id in the place of a recorded one of a channel, as a Hangup of an originated call has it.
func (r *replay) channelID(recorded string) string {
	for _, n := range slices.Backward(r.names) {
		if n.recorded == recorded && strings.HasSuffix(n.key, "ChannelId") {
			return n.live
		}
	}
	return recorded
}

// renamed puts the live id in the place of a recorded one. An id of an action
// may be as short as "1", so it is looked for under its own name only; an id of
// a channel stands in many fields.
func (r *replay) renamed(text string) string {
	line := strings.TrimRight(text, "\r\n")
	key, value := transport.ParseFields(line).First()
	if value == "" {
		return text
	}
	for i := len(r.names) - 1; i >= 0; i-- { // the latest use of an id counts
		n := r.names[i]
		if value == n.recorded && (strings.HasSuffix(n.key, "ChannelId") || strings.EqualFold(key, n.key)) {
			return line[:len(line)-len(value)] + n.live + text[len(line):]
		}
	}
	return text
}

// answerUnrecorded answers an action that a client sends of itself.
func (r *replay) answerUnrecorded(a Action) bool {
	switch handlerKey(a.Name()) {
	case "ping":
	case "challenge":
		if r.records("Login") {
			return false
		}
	case "login":
		if r.records("Login") {
			return false
		}
		r.peer.Success(a, "Message", "Authentication accepted") // FullyBooted comes if it was recorded
		return true
	default:
		return false
	}
	return r.peer.dispatch(a)
}

// records reports whether the connection has an action of the name.
func (r *replay) records(name string) bool {
	return slices.ContainsFunc(r.steps, func(s step) bool {
		return s.action != nil && strings.EqualFold(s.action.fields.Get("Action"), name)
	})
}

// goOn answers what a client does after the recording, such as Logoff.
func (r *replay) goOn() {
	for {
		a, err := r.peer.Next()
		if err != nil {
			return
		}
		if !r.peer.dispatch(a) {
			r.peer.Fatalf("the transcript has ended, the client sent %s", describe(a))
		}
	}
}
