package session

import (
	"log/slog"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/producer"
	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Hub is the half of an event.Hub that a session fills: event.Hub.Producer has
// what its methods do.
type Hub interface {
	Hub() *event.Hub
	Own(owner any)
	Queue(b transport.Block, received time.Time, doubt event.Doubt)
	Flush()
	Stamp(b transport.Block, received time.Time, doubt event.Doubt) event.Raw
	Item(s *event.Subscription, item event.Raw, most int) bool
	Oversized(head transport.Block, received time.Time)
	Connect(address string)
	Disconnect(err error)
	NeedsSnapshot(s *event.Subscription) <-chan struct{}
	Gaps(s *event.Subscription) uint64
	Sync(s *event.Subscription, gaps uint64, lists []event.ListResult, serves uint64) bool
	Served(e event.Synced) (serves uint64, more bool)
	Doubted(ev event.Event)
	Doubtful() int64
}

// HubOf is the half of a hub that its session fills. The first odd event of each
// connection is logged.
func HubOf(hub *event.Hub, packageName string, logger *slog.Logger) Hub {
	h := hub.Producer(producer.Key{})
	h.Warn(func(ev event.Event) {
		logger.Warn(packageName+": an event is not as Asterisk writes it; somebody may send line breaks in what a caller can choose (docs/safety.md)",
			"event", show.Text(ev.EventName()), "doubt", ev.Doubt().String())
	})
	return h
}
