package event_test

import (
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/producer"
	"github.com/asterisk-go/asterisk-go/transport"
)

// filled is a hub that the tests fill as a session does.
type filled struct{ event.Hub }

func (h *filled) Queue(b transport.Block, received time.Time) { h.QueueDoubtful(b, received, 0) }

func (h *filled) QueueDoubtful(b transport.Block, received time.Time, doubt event.Doubt) {
	h.Producer(producer.Key{}).Queue(b, received, doubt)
}

func (h *filled) QueueItem(s *event.Subscription, b transport.Block, received time.Time) {
	p := h.Producer(producer.Key{})
	p.Item(s, p.Stamp(b, received, 0), 1<<20)
}

func (h *filled) QueueOversized(head transport.Block, received time.Time) {
	h.Producer(producer.Key{}).Oversized(head, received)
}

func (h *filled) Stamp(b transport.Block, received time.Time) event.Raw {
	return h.Producer(producer.Key{}).Stamp(b, received, 0)
}

func (h *filled) Flush()                 { h.Producer(producer.Key{}).Flush() }
func (h *filled) Connect(address string) { h.Producer(producer.Key{}).Connect(address) }
func (h *filled) Disconnect(err error)   { h.Producer(producer.Key{}).Disconnect(err) }
func (h *filled) Doubtful() int64        { return h.Producer(producer.Key{}).Doubtful() }

// Sync ends a snapshot of one list.
func (h *filled) Sync(s *event.Subscription, gaps uint64, err error) bool {
	return h.Producer(producer.Key{}).Sync(s, gaps, []event.ListResult{{Action: "List", Err: err}}, 0)
}

func gapsOf(s *event.Subscription) uint64 { return s.Producer(producer.Key{}).Gaps(s) }
