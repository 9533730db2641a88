package event

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// How long a line of [Base.line] becomes: no value, and all of it.
const (
	longestValue = 60
	longestLine  = 240
	lineFields   = 100 // that are looked at
)

// beside are the endings of keys that a line leaves out: they are in nearly all
// events of channels, and rarely what the event is about.
var beside = [...]string{"ChannelState", "ChannelStateDesc", "CallerIDName", "ConnectedLineNum", "ConnectedLineName", "Language", "AccountCode",
	"Context", "Priority", "Linkedid", "Tenantid", "ChanVariable", "BridgeVideoSourceMode", "BridgeVideoSource", "BridgeCreator", "EventList", "ActionID"}

// line is the event in one line for people: its name, its channel, and the fields
// that are its own as key=value. It is short, has no secret, and no byte of the
// peer that a terminal would obey. A value that nobody can know is a question
// mark.
func (b Base) line(name string) string {
	b = b.shown()
	var text strings.Builder
	text.WriteString(word(name))
	if channel, _ := b.Certain("Channel"); channel != "" {
		text.WriteString(" " + word(channel))
	}
	seen := []string{"event", "channel"}
	for key := range b.Fields().All() {
		folded := string(fold(nil, key))
		if len(seen) == lineFields {
			break
		}
		if slices.Contains(seen, folded) || common(key) || isBeside(key) {
			continue
		}
		seen = append(seen, folded)
		value, ok := b.Certain(key)
		switch {
		case !ok:
			value = "?"
		case value == "" || value == "<unknown>":
			continue
		default:
			value = word(value)
		}
		piece := " " + word(key) + "=" + value
		if text.Len()+len(piece) > longestLine {
			text.WriteString(" ...")
			break
		}
		text.WriteString(piece)
	}
	if b.doubt != 0 {
		fmt.Fprintf(&text, " (%s)", b.doubt)
	}
	return text.String()
}

func isBeside(key string) bool {
	return slices.ContainsFunc(beside[:], func(ending string) bool { return endsWith(key, ending) })
}

// word is a text of the peer as a word of a line: in quotes where it has blanks or
// what is not printable, and cut where it is long, as it is printed.
func word(text string) string {
	cut, printed := 0, 0
	if len(text) <= longestValue && len(strconv.Quote(text)) <= longestValue+len(`""`) {
		cut = len(text) // as nearly always
	}
	for cut < len(text) {
		_, size := utf8.DecodeRuneInString(text[cut:])
		printed += len(strconv.Quote(text[cut:cut+size])) - len(`""`)
		if printed > longestValue {
			break
		}
		cut += size
	}
	end := ""
	if cut < len(text) {
		text, end = text[:cut], "..."
	}
	if quoted := strconv.Quote(text); len(quoted) != len(text)+2 || strings.ContainsAny(text, " =") {
		return quoted + end
	}
	return text + end
}

// format prints an event: its line for %v, %s and %q, if it came from Asterisk or
// a hub, and otherwise the struct, as fmt does.
func format(s fmt.State, verb rune, base Base, value fmt.Stringer) {
	plain := verb == 'v' && !s.Flag('+') && !s.Flag('#') || verb == 's' || verb == 'q'
	if plain && base.Fields().Len() > 0 {
		show.Print(s, verb, value.String())
		return
	}
	show.Struct(s, verb, value)
}
