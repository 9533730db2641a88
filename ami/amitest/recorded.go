package amitest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

const redacted = "(redacted)"

// ownIDs are made up by a client anew each time.
func ownIDs() []string { return []string{"ActionID", "ChannelId", "OtherChannelId", "CommandID"} }

// secrets differ, or are not in a transcript at all.
func secrets() []string { return []string{"Key", "Secret", "Challenge"} }

// step is a line the server sends or, when action is set, an action to wait
// for, standing where its last line was recorded.
type step struct {
	text   string
	action *recorded
}

// recorded is an action of the transcript.
type recorded struct {
	line    int // where it begins
	fields  transport.Fields
	arrived bool
}

// stepsOf puts the lines of each action together, whatever the server sent
// between them, and has an action that came within a block of the server wait
// for that block's end: the block is not its answer. An action that nothing
// ended was never read by the server, and is left out.
func stepsOf(lines []Line) []step {
	var steps, held []step
	var text strings.Builder
	first, greeted, open := 0, false, false
	for _, line := range lines {
		empty := strings.TrimRight(line.Text, "\r\n") == ""
		switch {
		case !line.Client:
			steps = append(steps, step{text: line.Text})
			open, greeted = greeted && !empty, true // the banner is no block
		case !empty:
			if text.Len() == 0 {
				first = line.Number
			}
			text.WriteString(line.Text)
		case text.Len() > 0:
			action := &recorded{line: first, fields: transport.ParseFields(text.String())}
			held = append(held, step{action: action})
			text.Reset()
		}
		if !open {
			steps, held = append(steps, held...), nil
		}
	}
	return append(steps, held...)
}

// mismatch says how a differs from what was recorded, or "". The function live returns the value that
// stands for a recorded one.
func (r *recorded) mismatch(a Action, live func(recorded string) string) string {
	want, got := mustAgree(r.fields), mustAgree(a.Fields())
	for i := range max(len(want), len(got)) {
		if i < len(want) && want[i].key != "action" {
			want[i].value = live(want[i].value)
		}
		switch {
		case i >= len(got):
			return fmt.Sprintf("recorded %q, which the client's %s lacks", want[i].line(), a.Name())
		case i >= len(want):
			return fmt.Sprintf("the client's %s has %q, which was not recorded", a.Name(), got[i].line())
		case !want[i].admits(got[i]):
			return fmt.Sprintf("recorded %q, the client's %s has %q", want[i].line(), a.Name(), got[i].line())
		}
	}
	return ""
}

// pair is a field, or a line without colon under the key "".
type pair struct{ key, value string }

// mustAgree returns the fields that must agree, Action first, then in the
// order of their keys; repeated keys stay in the order they came.
func mustAgree(f transport.Fields) []pair {
	var pairs []pair
	login := strings.EqualFold(f.Get("Action"), "Login")
	for line := range f.Lines() {
		key, value := transport.ParseFields(line).First()
		if key == "" && value == "" {
			value = line
		}
		if has(ownIDs(), key) {
			continue
		}
		if has(secrets(), key) && (login || !strings.EqualFold(key, "Key")) { // that of DBGet is none
			value = redacted
		}
		pairs = append(pairs, pair{strings.ToLower(key), strings.TrimLeft(value, " ")})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		if x, y := a.key == "action", b.key == "action"; x != y {
			return map[bool]int{true: -1, false: 1}[x]
		}
		return strings.Compare(a.key, b.key)
	})
	return pairs
}

func (p pair) admits(other pair) bool {
	if p.key != other.key {
		return false
	}
	if p.key == "action" {
		return strings.EqualFold(p.value, other.value)
	}
	return p.value == redacted || p.value == other.value
}

func (p pair) line() string {
	if p.key == "" {
		return p.value
	}
	return p.key + ": " + p.value
}

func has(keys []string, key string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, key) })
}
