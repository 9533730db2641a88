package ami_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// playedConn gives a text over and over once it is told to, and then goes on as
// the connection that it is.
type playedConn struct {
	net.Conn
	text string
	at   int
	left int
	over chan struct{}
}

func (p *playedConn) Read(b []byte) (int, error) {
	if p.left == 0 {
		return p.Conn.Read(b)
	}
	n := 0
	for n < len(b) && p.left > 0 {
		copied := copy(b[n:], p.text[p.at:])
		n += copied
		if p.at += copied; p.at == len(p.text) {
			p.at = 0
			p.left--
		}
	}
	if p.left == 0 {
		close(p.over)
	}
	return n, nil
}

// BenchmarkRead reads 20 events, which nobody wants, or somebody wants others.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for i := range 20 {
		fmt.Fprintf(&text, "Event: Newexten\r\nPrivilege: dialplan,all\r\nChannel: PJSIP/100-%08x\r\nChannelState: 6\r\nChannelStateDesc: Up\r\n"+
			"CallerIDNum: 100\r\nCallerIDName: Alice\r\nConnectedLineNum: <unknown>\r\nConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\n"+
			"Context: default\r\nExten: 200\r\nPriority: %d\r\nUniqueid: 1700000000.%d\r\nLinkedid: 1700000000.%d\r\nExtension: 200\r\nApplication: NoOp\r\nAppData: \r\n\r\n",
			i, i, i, i)
	}
	for name, filter := range map[string]event.Filter{"nobody": {}, "others": event.Named("Hangup")} {
		b.Run(name, func(b *testing.B) {
			srv := amitest.NewServer(nil)
			defer srv.Close()
			played := &playedConn{text: text.String(), over: make(chan struct{})}
			conn, err := ami.Dial(b.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s",
				Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
					wire, err := srv.Dial(ctx, network, address)
					played.Conn = wire
					return played, err
				}})
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			if name == "others" {
				conn.Subscribe(filter, nil)
			}
			b.SetBytes(int64(len(played.text)))
			b.ReportAllocs()
			played.left = b.N // the reader looks at it behind its next read
			b.ResetTimer()
			mustPing(b, conn)
			<-played.over
		})
	}
}
