package transport_test

import (
	"io"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

// segments reads at most size bytes at once, as a TCP connection does.
type segments struct {
	r    io.Reader
	size int
}

func (s segments) Read(b []byte) (int, error) { return s.r.Read(b[:min(len(b), s.size)]) }

func BenchmarkNextLongBlock(b *testing.B) {
	text := strings.Repeat("Output: "+strings.Repeat("x", 70)+"\r\n", 100_000) + "\r\n"
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r := transport.NewReader(segments{strings.NewReader(text), 1400}, nil)
		if _, err := r.Next(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNextAndGet(b *testing.B) {
	const event = "Event: Newexten\r\nPrivilege: dialplan,all\r\nChannel: PJSIP/100-00000001\r\n" +
		"Uniqueid: 1700000000.1\r\nExtension: 100\r\nAppData: hello\r\n\r\n"
	b.SetBytes(int64(len(event)))
	r := transport.NewReader(&endless{text: event}, nil)
	b.ReportAllocs()
	for b.Loop() {
		block, err := r.Next()
		if err != nil || block.Get("Uniqueid") == "" {
			b.Fatal(err)
		}
	}
}

// BenchmarkBuilder makes the message of an action.
func BenchmarkBuilder(b *testing.B) {
	message := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		builder := transport.Builder{Limits: transport.Limits{Line: 1022, Lines: 128}, Trimmed: true}
		builder.Add("Action", "Redirect")
		builder.Add("ActionID", "")
		builder.Add("Channel", "PJSIP/100-00000001")
		builder.Add("Context", "from-internal")
		builder.Add("Exten", "200")
		builder.Add("Priority", "1")
		var err error
		if message, err = builder.AppendTo(message[:0]); err != nil {
			b.Fatal(err)
		}
	}
}
