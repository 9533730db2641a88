package ami_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// answered is a session with one answer to everything.
type answered struct {
	ami.Session
	response *ami.Response
}

func (s answered) Do(context.Context, action.Action) (*ami.Response, error) { return s.response, nil }

// Queues come in their order, each with what belongs to it, in any order; and
// the time that takes does not grow with the square of their number.
func TestQueues(t *testing.T) {
	const count = 50_000
	response := &ami.Response{}
	name := func(i int) string { return fmt.Sprintf("queue-%06d", i) }
	for i := range count {
		response.Events = append(response.Events, event.QueueParams{Queue: name(i), Calls: i})
	}
	for i := range count {
		response.Events = append(response.Events, event.QueueMember{Queue: name(count - 1 - i), Name: "m"}, event.QueueEntry{Queue: name(i), Channel: "c"})
	}
	start := time.Now()
	queues, err := ami.Queues(t.Context(), answered{response: response}, action.QueueStatus{})
	if err != nil || len(queues) != count {
		t.Fatalf("Queues = %d queues, %v, want %d", len(queues), err, count)
	}
	for i, q := range queues {
		if q.Params.Queue != name(i) || q.Params.Calls != i || len(q.Members) != 1 || len(q.Entries) != 1 {
			t.Fatalf("queue %d is %+v", i, q)
		}
	}
	if took := time.Since(start); took > 10*time.Second { // the square takes a minute under race
		t.Errorf("that took %v", took)
	}
}
