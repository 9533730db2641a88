package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// MergeActions makes the table of actions as [MergeEvents] makes that of events.
func MergeActions(sources []Source, overlay []Change, book Book, notes map[string]string) ([]Action, error) {
	m := actionMerge{book: book, at: make(map[string]*Action)}
	for _, source := range sources {
		for _, doc := range source.Document.Actions {
			a := m.at[doc.Name]
			if a == nil {
				a = &Action{Name: doc.Name, Since: firstVersions(doc.Since)}
				m.at[doc.Name] = a
			}
			if a.Docs = append(a.Docs, source.Version); len(a.Docs) > 1 {
				a.Since = ""
			}
			for _, p := range doc.Parameters {
				if f := a.Parameter(p.Name); f != nil {
					f.Required = p.Required // the newest counts
				} else if p.Name != "ActionID" {
					a.Parameters = append(a.Parameters, Field{Key: p.Name, Required: p.Required})
				}
			}
		}
	}
	for _, c := range overlay {
		if err := m.change(c); err != nil {
			m.errs = append(m.errs, fmt.Errorf("overlay: %s %s: %w", c.Verb, strings.Join(c.Args, " "), err))
		}
	}
	return m.finish(sources, notes)
}

type actionMerge struct {
	book Book
	at   map[string]*Action
	errs []error
}

// change applies a line of the overlay. Verbs that give many actions one thing
// have it first; the others have the action first.
func (m *actionMerge) change(c Change) error {
	one, many := c.Args[0], c.Args[1:]
	switch c.Verb {
	case "never":
		delete(m.at, one)
		return nil
	case "class", "flag", "until", "since":
		for _, name := range many {
			a := m.at[name]
			if a == nil {
				return fmt.Errorf("there is no action %s", name)
			}
			switch c.Verb {
			case "class":
				a.Classes = strings.Split(one, ",")
				if one == "none" {
					a.Classes = []string{"none"}
				}
			case "flag":
				a.Flags = append(a.Flags, one)
			case "until":
				a.Until = one
			case "since":
				a.Since = one
			}
		}
		return nil
	}
	a := m.at[one]
	if a == nil {
		return fmt.Errorf("there is no action %s", one)
	}
	return edit(a, c.Verb, many)
}

func edit(a *Action, verb string, args []string) error {
	switch verb {
	case "list":
		a.Items, a.End = args[:len(args)-1], args[len(args)-1]
	case "hand":
		a.Hand = true
	case "add":
		for _, key := range args {
			if a.Parameter(key) != nil {
				return fmt.Errorf("%s has %s", a.Name, key)
			}
			a.Parameters = append(a.Parameters, Field{Key: key})
		}
	case "drop":
		for _, key := range args {
			if a.Parameter(key) == nil {
				return fmt.Errorf("%s has no %s", a.Name, key)
			}
			a.Parameters = slices.DeleteFunc(a.Parameters, func(f Field) bool { return f.Key == key })
		}
	case "required", "optional":
		for _, key := range args {
			f := a.Parameter(key)
			if f == nil || f.Required == (verb == "required") {
				return fmt.Errorf("%s.%s is so, or is not there", a.Name, key)
			}
			f.Required = verb == "required"
		}
	default:
		return fmt.Errorf("verb %q is unknown", verb)
	}
	return nil
}

func (m *actionMerge) finish(sources []Source, notes map[string]string) ([]Action, error) {
	newest := sources[len(sources)-1].Version
	var actions []Action
	for _, a := range m.at {
		for i, p := range a.Parameters {
			f, err := m.book.lookup(a.Name, p.Key)
			if err != nil {
				m.errs = append(m.errs, err)
			}
			f.Required = p.Required
			a.Parameters[i] = f
		}
		if a.Classes == nil {
			m.errs = append(m.errs, fmt.Errorf("%s has no class", a.Name))
		}
		if !slices.Contains(a.Docs, newest) && a.Until == "" {
			m.errs = append(m.errs, fmt.Errorf("%s is gone in %s, and the overlay does not say since when", a.Name, newest))
		}
		if a.Note = notes[a.Name]; a.Note == "" {
			m.errs = append(m.errs, fmt.Errorf("%s has no note", a.Name))
		}
		actions = append(actions, *a)
	}
	slices.SortFunc(actions, func(a, b Action) int { return strings.Compare(a.Name, b.Name) })
	return actions, errors.Join(m.errs...)
}
