package pbx

import (
	"strconv"
	"strings"
	"time"
)

// begin starts the text of an event; lines are added to it until send.
func (m *Machine) begin(name, class string) *writing {
	w := &m.writing
	*w = writing{machine: m, name: name, class: class, text: append(m.text[:0], "Event: "...)}
	w.text = append(w.text, name...)
	w.text = append(w.text, "\r\nPrivilege: "...)
	w.text = append(w.text, class...)
	w.text = append(w.text, ",all\r\n"...)
	return w
}

// writing is an event that is being written.
type writing struct {
	machine     *Machine
	name, class string
	text        []byte
}

func (w *writing) add(key, value string) *writing {
	w.text = append(w.text, key...)
	w.text = append(w.text, ": "...)
	w.text = append(w.text, value...)
	w.text = append(w.text, "\r\n"...)
	return w
}

func (w *writing) number(key string, value int) *writing {
	w.text = append(w.text, key...)
	w.text = append(w.text, ": "...)
	w.text = strconv.AppendInt(w.text, int64(value), 10)
	w.text = append(w.text, "\r\n"...)
	return w
}

func (w *writing) send() {
	w.text = append(w.text, "\r\n"...)
	w.machine.text = w.text
	if w.machine.config.Event != nil && !w.machine.closed {
		w.machine.config.Event(Event{w.name, w.class, w.text})
	}
}

// channel adds what every event says of a channel, as it is now. The prefix tells several apart.
func (w *writing) channel(prefix string, c *channel) *writing { return w.as(prefix, c, c.snapshot()) }

// told adds a channel as it was when it was last told of: many events of Asterisk are of that.
func (w *writing) told(prefix string, c *channel) *writing { return w.as(prefix, c, c.shown) }

func (w *writing) as(prefix string, c *channel, s snapshot) *writing {
	c.told.caller, c.told.connected = s.caller, s.connected
	p := w.text
	for _, line := range [...]struct{ key, value string }{
		{"Channel: ", c.name},
		{"ChannelState: ", strconv.Itoa(int(s.state))},
		{"ChannelStateDesc: ", s.state.String()},
		{"CallerIDNum: ", orUnknown(s.caller.number)},
		{"CallerIDName: ", escape(orUnknown(s.caller.name))},
		{"ConnectedLineNum: ", orUnknown(s.connected.number)},
		{"ConnectedLineName: ", escape(orUnknown(s.connected.name))},
		{"Language: ", "en"},
		{"AccountCode: ", s.account},
		{"Context: ", s.at.context},
		{"Exten: ", s.at.exten},
		{"Priority: ", strconv.Itoa(s.at.priority)},
		{"Uniqueid: ", c.uniqueID},
		{"Linkedid: ", s.linkedID},
	} {
		p = append(p, prefix...)
		p = append(p, line.key...)
		p = append(p, line.value...)
		p = append(p, "\r\n"...)
	}
	w.text = p
	return w
}

// escape writes a value as in C. Asterisk does that to names and to the values of VarSet, and not to numbers.
func escape(text string) string {
	for i := range len(text) {
		switch text[i] {
		case '\a', '\b', '\f', '\n', '\r', '\t', '\v', '\\', '\'', '"', '?':
			return escapes.Replace(text)
		}
	}
	return text
}

var escapes = strings.NewReplacer("\a", `\a`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\v", `\v`, `\`, `\\`, "'", `\'`, `"`, `\"`, "?", `\?`)

func orUnknown(text string) string {
	if text == "" {
		return "<unknown>"
	}
	return text
}

// stamp is a time as records of calls have it; empty for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateTime)
}
