package live

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
)

type row struct {
	key   string
	value int
}

// A table does what a map does, and each picture stays as it was.
func TestTable(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	entries := newTable(func(e *row) string { return e.key })
	truth := make(map[string]int)
	type taken struct {
		table[row]
		truth map[string]int
	}
	var pictures []taken
	for i := range 40_000 {
		key := fmt.Sprint(random.IntN(1 + i%5000))
		switch random.IntN(3) {
		case 0:
			entries.drop(key)
			delete(truth, key)
		default:
			entries.put(&row{key, i})
			truth[key] = i
		}
		if random.IntN(1000) == 0 {
			pictures = append(pictures, taken{entries.picture(), maps.Clone(truth)})
		}
	}
	pictures = append(pictures, taken{entries.picture(), maps.Clone(truth)})
	for key := range truth {
		entries.drop(key)
	}
	if entries.size != 0 || len(entries.pages) != 1 {
		t.Errorf("the table that was emptied has %d objects in %d pages", entries.size, len(entries.pages))
	}
	for i, p := range pictures {
		got := make(map[string]int)
		for e := range p.all() {
			got[e.key] = e.value
		}
		if !maps.Equal(got, p.truth) || p.size != len(p.truth) {
			t.Fatalf("picture %d has %d objects, size %d, want %d", i, len(got), p.size, len(p.truth))
		}
		for key, value := range p.truth {
			if e, ok := p.get(key); !ok || e.value != value {
				t.Fatalf("picture %d: get(%s) = %v", i, key, e)
			}
		}
		if _, ok := p.get("none"); ok {
			t.Error("get of what is not there")
		}
	}
}
