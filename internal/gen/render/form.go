package render

import (
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/gen/table"
)

// eventForm is how the keys of an event are found: runs of them in the order in
// which Asterisk writes them, those without a known place last.
type eventForm struct {
	runs   []string
	placed int // how many of runs have a known place
	slots  int
	needed uint64 // slots that every event of the name fills

	keys  []string // of the run that is being made
	first int      // the slot of the first of them
}

// formOf lays the slots out in the order of the table, and the runs in that of
// the wire.
func formOf(e *table.Event) *eventForm {
	f := new(eventForm)
	slotOf := make(map[string]int)
	for _, s := range e.Snapshots {
		slotOf[snapshotID(s)] = f.slots
		f.slots += len(snapshotKeys[s.Of])
	}
	for _, field := range e.Fields {
		if !inDefault(field) {
			slotOf[field.Key] = f.slots
			f.slots++
		}
	}
	places, known := e.InOrder()
	for i, place := range places {
		if i == known {
			f.flush()
			f.placed = len(f.runs)
		}
		f.add(e, place, slotOf)
		if i < known && !place.Optional {
			f.need(place, slotOf)
		}
	}
	f.flush()
	if known == len(places) {
		f.placed = len(f.runs)
	}
	f.aliases(e, slotOf)
	if len(f.runs) > 0 {
		f.runs = append(f.runs, "\n")
	}
	return f
}

// always is how many of a snapshot's keys, from its first on, every version
// writes: not Tenantid and ChanVariable, nor the source of a bridge's video.
var always = map[string]int{"channel": 14, "bridge": 7}

func (f *eventForm) need(place table.Place, slotOf map[string]int) {
	slot, count := slotOf[place.Key], 1
	if s := place.Snapshot; s != nil {
		slot, count = slotOf[snapshotID(*s)], always[s.Of]
	}
	for i := range count {
		f.needed |= 1 << (slot + i)
	}
}

func (f *eventForm) add(e *table.Event, place table.Place, slotOf map[string]int) {
	switch {
	case place.Snapshot != nil:
		f.snapshot(*place.Snapshot, slotOf[snapshotID(*place.Snapshot)])
	case !inDefault(*e.Field(place.Key)):
		f.field(*e.Field(place.Key), slotOf[place.Key])
	}
}

func snapshotID(s table.Snapshot) string { return "+" + s.Of + ":" + s.Prefix }

func (f *eventForm) snapshot(s table.Snapshot, slot int) {
	f.flush()
	size := len(snapshotKeys[s.Of])
	f.run(slot, keysName(s), false)
	if s.Of == "channel" { // the last field is a list
		f.run(slot+size-1, variablesName(s), true)
	}
}

func (f *eventForm) field(field table.Field, slot int) {
	if field.List {
		f.flush()
		f.run(slot, fmt.Sprintf("[]string{%q}", field.Key), true)
		return
	}
	if len(f.keys) > 0 && slot != f.first+len(f.keys) {
		f.flush()
	}
	if len(f.keys) == 0 {
		f.first = slot
	}
	f.keys = append(f.keys, fmt.Sprintf("%q", field.Key))
}

// flush ends the run of fields that is being made.
func (f *eventForm) flush() {
	if len(f.keys) > 0 {
		f.run(f.first, "[]string{"+strings.Join(f.keys, ", ")+"}", false)
		f.keys = nil
	}
}

func (f *eventForm) run(slot int, keys string, lists bool) {
	f.runs = append(f.runs, fmt.Sprintf("\n{%d, %s, %v},", slot, keys, lists))
}

func (f *eventForm) aliases(e *table.Event, slotOf map[string]int) {
	for _, field := range e.Fields {
		for _, alias := range field.Aliases {
			f.run(slotOf[field.Key], fmt.Sprintf("[]string{%q}", alias), field.List)
		}
	}
}
