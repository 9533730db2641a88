package amitest

import (
	"io"
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/manager"
)

// Write sends text as it is. Two goroutines' texts do not mix.
func (p *Peer) Write(text string) { p.WriteChunks(text, len(text)) }

// WriteChunks sends text in several writes of the given sizes, beginning again
// at the first size when they run out; a size below one means all the rest. A
// client on a memory connection reads exactly these chunks, on TCP it may read
// several as one.
func (p *Peer) WriteChunks(text string, sizes ...int) {
	select {
	case p.writing <- struct{}{}:
	case <-p.ctx.Done():
		return
	}
	defer func() { <-p.writing }()
	for i := 0; text != ""; i++ {
		size := len(text)
		if len(sizes) > 0 && sizes[i%len(sizes)] > 0 {
			size = min(size, sizes[i%len(sizes)])
		}
		if !p.send(text[:size]) {
			return
		}
		text = text[size:]
	}
}

// Banner sends the first line of a manager; "" means the one of Asterisk 22.
func (p *Peer) Banner(text string) {
	if text == "" {
		text = "Asterisk Call Manager/" + amiVersion
	}
	p.session.greeted = true
	p.Write(text + "\r\n")
}

// Emit sends one block of keys and values, as in
// p.Emit("Event", "Hangup", "Privilege", "call,all"). Nothing is escaped or
// refused, and a last word without a value is a line without a colon.
func (p *Peer) Emit(fields ...string) { p.Write(block(fields)) }

// Reply sends one block as Emit does, with the action's ActionID behind the
// first field if it had one.
func (p *Peer) Reply(a Action, fields ...string) { p.Write(block(a.action.Answer(fields...))) }

// Success is Reply with "Response: Success" before the fields.
func (p *Peer) Success(a Action, fields ...string) {
	p.Reply(a, append([]string{"Response", "Success"}, fields...)...)
}

// Error refuses the action: "Response: Error" and the message.
func (p *Peer) Error(a Action, message string) {
	p.Reply(a, "Response", "Error", "Message", message)
}

// List answers with a list: the response, each item (a block, its Event
// first), and the event that ends it, as "CoreShowChannelsComplete" does.
func (p *Peer) List(a Action, end string, items ...[]string) {
	var out strings.Builder
	add := func(fields ...string) { out.WriteString(block(a.action.Answer(fields...))) }
	add("Response", "Success", "EventList", "start", "Message", "Items will follow")
	for _, item := range items {
		add(item...)
	}
	add("Event", end, "EventList", "Complete", "ListItems", strconv.Itoa(len(items)))
	p.Write(out.String())
}

// send writes one chunk up to the cut that CutAfter ordered, and reports
// whether there may be another. The caller holds the token.
func (p *Peer) send(text string) bool {
	if !p.pass() {
		return false
	}
	text, last := p.spend(text)
	if _, err := io.WriteString(p.conn, text); err != nil || last {
		p.Cut()
		return false
	}
	return true
}

func (p *Peer) spend(text string) (allowed string, last bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.budget < 0:
		return text, false
	case len(text) < p.budget:
		p.budget -= len(text)
		return text, false
	default:
		return text[:p.budget], true
	}
}

func block(fields []string) string { return string(manager.AppendBlock(nil, fields...)) }
