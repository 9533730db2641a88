package ami

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// Queue is a queue with its members and the callers that wait in it.
type Queue struct {
	Params  event.QueueParams
	Members []event.QueueMember
	Entries []event.QueueEntry
}

// Queues runs a QueueStatus, whose list mixes events, and puts each member and
// caller to its queue.
func Queues(ctx context.Context, s Session, a action.QueueStatus) ([]Queue, error) {
	response, err := s.Do(ctx, a)
	if err != nil {
		return nil, err
	}
	var queues []Queue
	index := make(map[string]int)
	at := func(name string) *Queue {
		i, known := index[name]
		if !known {
			i = len(queues)
			index[name] = i
			queues = append(queues, Queue{Params: event.QueueParams{Queue: name}})
		}
		return &queues[i]
	}
	for _, ev := range response.Events {
		switch e := ev.(type) {
		case event.QueueParams:
			at(e.Queue).Params = e
		case event.QueueMember:
			q := at(e.Queue)
			q.Members = append(q.Members, e)
		case event.QueueEntry:
			q := at(e.Queue)
			q.Entries = append(q.Entries, e)
		}
	}
	return queues, nil
}
