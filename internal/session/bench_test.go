package session

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// BenchmarkAction is the way of an action without what carries it.
func BenchmarkAction(b *testing.B) {
	b.ReportAllocs()
	p := NewPending(HubOf(new(event.Hub), "bench", slog.New(slog.DiscardHandler)), &Errors{Package: "bench"}, 1)
	var buf []byte
	for b.Loop() {
		a := NewAction(action.Ping{}, Limits{Items: 1, Bytes: 1}, nil)
		if err := p.Start(context.Background(), a, action.Ping{}.Encode, nil, nil); err != nil {
			b.Fatal(err)
		}
		buf, _ = p.Take(buf[:0], time.Time{})
		id, _, _ := strings.Cut(string(buf)[len("Action: Ping\r\nActionID: "):], "\r\n")
		block := transport.NewBlock(transport.ParseFields("Response: Success\r\nActionID: " + id + "\r\nPing: Pong\r\n"))
		number, _ := p.ownerOfReply(block)
		p.reply(number, block, "Success")
		if _, err := p.Await(context.Background(), a); err != nil {
			b.Fatal(err)
		}
	}
}
