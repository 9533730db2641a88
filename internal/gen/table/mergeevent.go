package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/gen/xmldoc"
)

// MergeEvents makes the table of events: the union of the sources, changed by
// the overlay, each key with what the book says of it. Everything that is
// missing is in the error.
func MergeEvents(sources []Source, overlay []Change, book Book, notes map[string]string) ([]Event, error) {
	m := eventMerge{book: book, renamed: make(map[string]string), at: make(map[string]*Event), used: make(map[string]bool)}
	for _, c := range overlay {
		if c.Verb == "rename" {
			m.renamed[c.Args[0]] = c.Args[1]
		}
	}
	for _, source := range sources {
		for i := range source.Document.Events {
			m.add(source.Version, &source.Document.Events[i])
		}
	}
	for _, c := range overlay {
		if err := m.change(c); err != nil {
			m.errs = append(m.errs, fmt.Errorf("overlay: %s %s: %w", c.Verb, strings.Join(c.Args, " "), err))
		}
	}
	return m.finish(sources, notes)
}

type eventMerge struct {
	book    Book
	renamed map[string]string
	at      map[string]*Event
	used    map[string]bool // keys of the book
	errs    []error
}

func (m *eventMerge) add(version string, doc *xmldoc.Event) {
	name, page := doc.Name, ""
	if other, ok := m.renamed[name]; ok {
		name, page = other, name
	}
	e := m.at[name]
	if e == nil {
		e = &Event{Name: name, Page: page}
		m.at[name] = e
	}
	e.Docs = append(e.Docs, version)
	e.Since = ""
	if len(e.Docs) == 1 {
		e.Since = firstVersions(doc.Since)
	}
	e.Class = strings.Join(doc.Classes, ",") // the newest counts: that of CEL was wrong
	for _, p := range doc.Parameters {
		if p.Snapshot != "" {
			if s := (Snapshot{p.Snapshot, p.Name}); !slices.Contains(e.Snapshots, s) {
				e.Snapshots = append(e.Snapshots, s)
			}
		} else if e.Field(p.Name) == nil {
			e.Fields = append(e.Fields, Field{Key: p.Name})
		}
	}
}

func (m *eventMerge) change(c Change) error {
	switch c.Verb {
	case "rename":
		return nil
	case "event":
		if m.at[c.Args[0]] != nil {
			return errors.New("is documented")
		}
		e := &Event{Name: c.Args[0]}
		m.at[e.Name] = e
		for _, arg := range c.Args[1:] {
			m.put(e, arg)
		}
		return nil
	}
	names := strings.Split(c.Args[0], ",")
	for _, name := range names {
		e := m.at[name]
		if e == nil {
			return fmt.Errorf("there is no event %s", name)
		}
		if err := m.edit(e, c.Verb, c.Args[1:]); err != nil {
			return err
		}
	}
	return nil
}

// put gives e a class, a version, a snapshot or a key.
func (m *eventMerge) put(e *Event, arg string) {
	name, value, ok := strings.Cut(arg, "=")
	switch {
	case ok && name == "class":
		e.Class = value
	case ok && name == "since":
		e.Since = value
	case ok && name == "until":
		e.Until = value
	case strings.HasPrefix(arg, "+"):
		of, prefix, _ := strings.Cut(arg[1:], ":")
		e.Snapshots = append(e.Snapshots, Snapshot{of, prefix})
	default:
		e.Fields = append(e.Fields, Field{Key: arg})
	}
}

func (m *eventMerge) edit(e *Event, verb string, args []string) error {
	switch verb {
	case "add":
		for _, arg := range args {
			if e.Field(arg) != nil {
				return fmt.Errorf("%s has %s", e.Name, arg)
			}
			m.put(e, arg)
		}
	case "drop":
		for _, arg := range args {
			before := len(e.Fields) + len(e.Snapshots)
			of, prefix, _ := strings.Cut(strings.TrimPrefix(arg, "+"), ":")
			e.Fields = slices.DeleteFunc(e.Fields, func(f Field) bool { return f.Key == arg })
			e.Snapshots = slices.DeleteFunc(e.Snapshots, func(s Snapshot) bool { return arg[0] == '+' && s == Snapshot{of, prefix} })
			if len(e.Fields)+len(e.Snapshots) == before {
				return fmt.Errorf("%s has no %s", e.Name, arg)
			}
		}
	case "key":
		f := e.Field(args[0])
		if f == nil {
			return fmt.Errorf("%s has no %s", e.Name, args[0])
		}
		f.Key = args[1]
	case "class":
		e.Class = args[0]
	case "since":
		e.Since = args[0]
	case "always":
		e.Since = ""
	case "until":
		e.Until = args[0]
	case "hand":
		e.Hand = true
	case "finish":
		e.Finish = true
	case "item", "end":
		e.Class, e.End = "", verb == "end"
		e.Actions = append(e.Actions, args...)
	case "of":
		e.Actions = append(e.Actions, args...)
	default:
		return fmt.Errorf("verb %q is unknown", verb)
	}
	return nil
}

func (m *eventMerge) finish(sources []Source, notes map[string]string) ([]Event, error) {
	newest := sources[len(sources)-1].Version
	var events []Event
	for _, e := range m.at {
		if e.End {
			for _, key := range []string{"ListItems", "EventList", "ActionID"} {
				e.Fields = slices.DeleteFunc(e.Fields, func(f Field) bool { return f.Key == key })
				e.Fields = slices.Insert(e.Fields, 0, Field{Key: key})
			}
		}
		for i := range e.Fields {
			f, err := m.book.lookup(e.Name, e.Fields[i].Key)
			if err != nil {
				m.errs = append(m.errs, err)
			}
			e.Fields[i] = f
		}
		if len(e.Docs) > 0 && !slices.Contains(e.Docs, newest) && e.Until == "" {
			m.errs = append(m.errs, fmt.Errorf("%s is gone in %s, and the overlay does not say since when", e.Name, newest))
		}
		if e.Note = notes[e.Name]; e.Note == "" && !e.End {
			m.errs = append(m.errs, fmt.Errorf("%s has no note", e.Name))
		}
		if e.Class == "command" {
			m.errs = append(m.errs, fmt.Errorf("%s belongs to a list, and the overlay does not say to which", e.Name))
		}
		events = append(events, *e)
	}
	slices.SortFunc(events, func(a, b Event) int { return strings.Compare(a.Name, b.Name) })
	return events, errors.Join(m.errs...)
}
