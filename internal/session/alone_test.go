package session

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// TestAloneAfterAnItemTooLong has items without an ActionID after one that is too
// long to read: they are still of the list, and no news.
func TestAloneAfterAnItemTooLong(t *testing.T) {
	const start = "Response: Success\r\nActionID: <id>\r\nEventList: start\r\n\r\n"
	const peer = "Event: PeerEntry\r\nChanneltype: IAX\r\nObjectName: a\r\n\r\n"
	const end = "Event: PeerlistComplete\r\nActionID: <id>\r\nEventList: Complete\r\n\r\n"
	long := "Event: PeerEntry\r\nObjectName: " + strings.Repeat("x", 200) + "\r\n\r\n"
	for name, test := range map[string]struct {
		text string
		err  error
	}{
		"all fit":        {start + peer + peer + end, nil},
		"one too long":   {start + peer + long + peer + end, ErrOutcomeUnknown},
		"two too long":   {start + long + long + peer + end, ErrOutcomeUnknown},
		"without an end": {start + long + peer, ErrOutcomeUnknown},
	} {
		var events event.Hub
		sub := events.Subscribe(event.Filter{}, nil)
		a := NewAlone(action.IAXpeers{}, HubOf(&events, "test", slog.New(slog.DiscardHandler)), &Errors{Package: "test"}, new(Counts),
			Limits{Items: 10, Bytes: 1 << 20}, transport.Limits{Line: 100}, nil)
		_, err := a.Read(strings.NewReader(strings.ReplaceAll(test.text, "<id>", a.ID)))
		if !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
			t.Errorf("%s: Read = %v, want %v", name, err, test.err)
		}
		if got := sub.Stats().Matched; got != 0 {
			t.Errorf("%s: %d items came as news, want none", name, got)
		}
		events.Close(nil)
	}
}
