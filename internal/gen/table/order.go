package table

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Place is a key or a snapshot of an event, where Asterisk writes it.
type Place struct {
	Key      string    // of a field; empty for a snapshot
	Snapshot *Snapshot // nil for a field
	Optional bool      // not in every event of that name
}

// ReadOrder gives the events of which it tells the order of their keys.
func ReadOrder(r io.Reader, events []Event) error {
	byName := make(map[string]*Event, len(events))
	for i := range events {
		byName[events[i].Name] = &events[i]
	}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		name, places, ok := strings.Cut(lines.Text(), ": ")
		if !ok || name[0] == '#' {
			continue
		}
		e := byName[name]
		if e == nil || e.Order != nil {
			return fmt.Errorf("%s: unknown, or ordered twice", name)
		}
		for _, word := range strings.Fields(places) {
			place, err := e.place(word)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			e.Order = append(e.Order, place)
		}
	}
	return lines.Err()
}

// place finds what a word of the order stands for.
func (e *Event) place(word string) (p Place, err error) {
	word, p.Optional = strings.CutSuffix(word, "?")
	if of, ok := strings.CutPrefix(word, "+"); ok {
		of, prefix, _ := strings.Cut(of, ":")
		for i := range e.Snapshots {
			if e.Snapshots[i] == (Snapshot{Of: of, Prefix: prefix}) {
				p.Snapshot = &e.Snapshots[i]
				return p, nil
			}
		}
	}
	if p.Key = word; e.Field(word) == nil {
		return p, fmt.Errorf("it has no %s", word)
	}
	return p, nil
}

// InOrder returns all snapshots and fields: those with a place first, which are
// known of them.
func (e *Event) InOrder() (all []Place, known int) {
	all = append(all, e.Order...)
	known = len(all)
	for i := range e.Snapshots {
		if !slices.ContainsFunc(all[:known], func(p Place) bool { return p.Snapshot == &e.Snapshots[i] }) {
			all = append(all, Place{Snapshot: &e.Snapshots[i]})
		}
	}
	for _, f := range e.Fields {
		if !slices.ContainsFunc(all[:known], func(p Place) bool { return p.Key == f.Key }) {
			all = append(all, Place{Key: f.Key})
		}
	}
	return all, known
}
