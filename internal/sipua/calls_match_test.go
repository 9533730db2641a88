package sipua_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// phones are those of the people in the guide. Names that are not here are bridges.
var phones = map[string]string{"ann": "PJSIP/100-", "bea": "PJSIP/101-", "bea2": "PJSIP/101-", "cem": "PJSIP/102-"}

// nothing is what an event is about that need not name a channel.
const nothing = "–"

// match compares the events of a call with a table of the guide.
type match struct {
	rows  []row
	ids   map[string]string // of channels and bridges, by their names in the table
	found []bool            // by row
}

func newMatch(rows []row, known map[string]string) *match {
	m := &match{rows: rows, ids: map[string]string{}, found: make([]bool, len(rows))}
	for name, id := range known {
		m.ids[name] = id
	}
	return m
}

// complete is true when each row has had its event.
func (m *match) complete() bool { return !slices.Contains(m.found, false) }

// missing names the rows that have had none.
func (m *match) missing() string {
	var list []string
	for i, r := range m.rows {
		if !m.found[i] {
			list = append(list, fmt.Sprintf("%d (%s of %s)", r.number, r.event, r.of))
		}
	}
	return strings.Join(list, ", ")
}

// take finds the row of an event. The error says why each row of that name is not it.
func (m *match) take(ev transport.Fields) error {
	var reasons []string
	for i, r := range m.rows {
		if m.found[i] || r.event != ev.Get("Event") {
			continue
		}
		err := m.fits(r, ev)
		if err == nil {
			if r.of != nothing {
				m.ids[r.of] = identity(ev)
			}
			m.found[i] = true
			return nil
		}
		reasons = append(reasons, fmt.Sprintf("row %d: %v", r.number, err))
	}
	if reasons == nil {
		reasons = []string{"no row for it is left"}
	}
	return fmt.Errorf("%s: %s", brief(ev), strings.Join(reasons, "; "))
}

func (m *match) fits(r row, ev transport.Fields) error {
	if r.of != nothing {
		if err := m.about(r, ev); err != nil {
			return err
		}
	}
	for _, f := range r.fields {
		want, ok := m.ids[f.value]
		if f.value == r.of {
			want = identity(ev)
		} else if !ok {
			want = f.value
		}
		if got := ev.Get(f.key); got != want {
			return fmt.Errorf("%s is %q, want %q", f.key, got, want)
		}
	}
	for _, before := range r.after {
		if !m.found[before-1] {
			return fmt.Errorf("it comes before row %d", before)
		}
	}
	return nil
}

// about checks that an event is about the channel or bridge of a row.
func (m *match) about(r row, ev transport.Fields) error {
	id := identity(ev)
	if known, ok := m.ids[r.of]; ok && known != id {
		return fmt.Errorf("%s is %s", r.of, known)
	}
	for name, other := range m.ids {
		if other == id && name != r.of {
			return fmt.Errorf("%s is %s, not %s", id, name, r.of)
		}
	}
	if channel := ev.Get("Channel"); channel != "" && !strings.HasPrefix(channel, phones[r.of]) {
		return fmt.Errorf("%s is no channel of %s", channel, r.of)
	}
	return nil
}

// identity is the ID of what an event is about.
func identity(ev transport.Fields) string {
	for _, key := range []string{"Uniqueid", "DestUniqueid", "ParkeeUniqueid", "TransfererUniqueid", "OrigTransfererUniqueid", "BridgeUniqueid"} {
		if id := ev.Get(key); id != "" {
			return id
		}
	}
	return ""
}

// brief is an event in a line.
func brief(ev transport.Fields) string {
	line := ev.Get("Event")
	for _, key := range []string{"Channel", "Uniqueid", "Linkedid", "DestUniqueid", "BridgeUniqueid", "ChannelStateDesc", "DialStatus", "Cause"} {
		if value := ev.Get(key); value != "" {
			line += " " + key + "=" + value
		}
	}
	return line
}
