package gateway

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/asterisk-go/asterisk-go/ami/live"
)

// What a call has come to does not depend on how many of its changes were at hand at once: a busy gateway tells of the same as an idle one.
func TestBatchesTellTheSame(t *testing.T) {
	for _, file := range captures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var sub *live.Subscription
			var changes []live.Change
			replayed(t, file, eachEvent, func(s *state) {
				if sub == nil {
					sub = s.servers[0].config.Model.Subscribe(nil)
				}
				changes = append(changes, atHandOf(t, sub)...)
			}, func() {
				defer sub.Close()
				one := told(t, changes, 1)
				for _, size := range []int{2, 3, 5, 10, 30, len(changes)} {
					if diff := cmp.Diff(one, told(t, changes, size)); diff != "" {
						t.Errorf("%d at a time, not one (-one +more):\n%s", size, diff)
					}
				}
			})
		})
	}
}

// told is what a browser has at the end, if changes come some at a time; without Calls that go on in another, which are told of to those
// alone who have seen them.
func told(t *testing.T, changes []live.Change, size int) map[string]string {
	t.Helper()
	s := newState(&Config{Servers: []Server{{}}})
	s.name, s.servers[0].salt = "state", "salt"
	all := connected(t, viewOf(t, s, Rights{Devices: []Ref{{Name: All}}}))
	for batch := range slices.Chunk(changes, size) {
		s.apply(s.servers[0], batch)
	}
	all.reads(-1)
	maps.DeleteFunc(all.objects, func(_, value string) bool { return strings.Contains(value, `"mergedInto"`) })
	return all.objects
}

// atHandOf takes what a subscription has.
func atHandOf(t *testing.T, sub *live.Subscription) (changes []live.Change) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background()) // the test has a context of outside the bubble
	done := make(chan struct{})
	// Ends with ctx, below.
	go func() {
		defer close(done)
		for c := range sub.All(ctx) {
			changes = append(changes, c)
		}
	}()
	synctest.Wait()
	stop()
	<-done
	return changes
}
