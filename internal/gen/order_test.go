package main

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/gen/table"
)

// An event whose order is known has a place for each of its keys: one without
// could be forged unseen. The snapshots here were never sent by a server.
func TestEveryKeyHasAPlace(t *testing.T) {
	never := map[string]bool{"ParkedCallGiveUp Parker": true, "ParkedCallTimeOut Parker": true, "UnParkedCall Parker": true}
	for _, e := range readEvents(t) {
		if e.Order == nil {
			continue
		}
		places, known := e.InOrder()
		for _, place := range places[known:] {
			name := place.Key
			if place.Snapshot != nil {
				name = place.Snapshot.Prefix
			} else if kind := e.Field(name).Kind.Name; kind == "entries" || kind == "reports" || kind == "variables" {
				continue
			}
			if !never[e.Name+" "+name] {
				t.Errorf("%s: %s has no place in events.order", e.Name, name)
			}
		}
	}
}

func readEvents(t *testing.T) (events []table.Event) {
	t.Helper()
	all, err := tableEvents("../..")
	if err != nil {
		t.Fatal(err)
	}
	return all
}
