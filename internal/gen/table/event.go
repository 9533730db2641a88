package table

import (
	"fmt"
	"io"
	"strings"
)

// Event is one event in the union of the versions.
type Event struct {
	Name      string
	Class     string   // "call"; empty for items and ends of lists, which have none
	Actions   []string // whose answer it is part of
	End       bool     // it ends the list of Actions
	Docs      []string // versions of the lab that document it
	Since     string   // first versions, when later than the lab's first
	Until     string   // last version, when earlier than the lab's last
	Hand      bool     // its Go is written by hand
	Page      string   // its name in the documentation, where that is not Name
	Finish    bool     // its decoder ends with a call of finish, written by hand
	Snapshots []Snapshot
	Fields    []Field
	Order     []Place // of snapshots and fields, as far as it is known; of a table of its own
	Note      string  // what it tells, in our words
}

// Item tells an item of a list, or its end, from what Asterisk reports by itself.
func (e *Event) Item() bool { return len(e.Actions) > 0 && e.Class == "" }

// Field returns the field with that key, or nil.
func (e *Event) Field(key string) *Field {
	for i := range e.Fields {
		if e.Fields[i].Key == key {
			return &e.Fields[i]
		}
	}
	return nil
}

// WriteEvents writes the table.
func WriteEvents(w io.Writer, events []Event) error {
	var b strings.Builder
	for i := range events {
		e := &events[i]
		b.WriteString("event " + e.Name)
		attribute(&b, "class", e.Class)
		attribute(&b, "of", strings.Join(e.Actions, ","))
		flagged(&b, "end", e.End)
		flagged(&b, "hand", e.Hand)
		flagged(&b, "finish", e.Finish)
		attribute(&b, "page", e.Page)
		attribute(&b, "docs", strings.Join(e.Docs, ","))
		attribute(&b, "since", e.Since)
		attribute(&b, "until", e.Until)
		if e.Note != "" {
			b.WriteString(" | " + e.Note)
		}
		b.WriteString("\n")
		for _, s := range e.Snapshots {
			b.WriteString("\t+" + s.Of + " " + s.Prefix + "\n")
		}
		for _, f := range e.Fields {
			b.WriteString("\t" + f.String() + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func attribute(b *strings.Builder, name, value string) {
	if value != "" {
		b.WriteString(" " + name + "=" + value)
	}
}

func flagged(b *strings.Builder, name string, on bool) {
	if on {
		b.WriteString(" " + name)
	}
}

// ReadEvents reads the table.
func ReadEvents(r io.Reader) ([]Event, error) {
	var events []Event
	err := eachLine(r, func(line string) error {
		if head, ok := strings.CutPrefix(line, "event "); ok {
			e, err := parseEvent(head)
			events = append(events, e)
			return err
		}
		if len(events) == 0 {
			return fmt.Errorf("%q stands before the first event", line)
		}
		e := &events[len(events)-1]
		if snapshot, ok := strings.CutPrefix(line, "+"); ok {
			of, prefix, _ := strings.Cut(snapshot, " ")
			e.Snapshots = append(e.Snapshots, Snapshot{Of: of, Prefix: prefix})
			return nil
		}
		f, err := parseField(line)
		e.Fields = append(e.Fields, f)
		return err
	})
	return events, err
}

func parseEvent(head string) (Event, error) {
	before, note, _ := strings.Cut(head, " | ")
	words := strings.Fields(before)
	e := Event{Name: words[0], Note: note}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "class":
			e.Class = value
		case "of":
			e.Actions = strings.Split(value, ",")
		case "end":
			e.End = true
		case "hand":
			e.Hand = true
		case "finish":
			e.Finish = true
		case "page":
			e.Page = value
		case "docs":
			e.Docs = strings.Split(value, ",")
		case "since":
			e.Since = value
		case "until":
			e.Until = value
		default:
			return e, fmt.Errorf("event %s: attribute %q is unknown", e.Name, word)
		}
	}
	return e, nil
}
