package ami_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// Close returns when the goroutines of the session have ended, those that keep
// snapshots too: nothing is left right behind it.
func TestNothingRunsBehindClose(t *testing.T) {
	for _, connect := range []func(*amitest.Server) ami.Session{
		func(srv *amitest.Server) ami.Session { return dialTo(t, srv, nil) },
		func(srv *amitest.Server) ami.Session { return connectTo(t, srv, nil) },
	} {
		for range 100 {
			srv := serve(t, func(p *amitest.Peer) {
				p.Handle("Status", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No such channel") })
				p.Handle("Originate", func(p *amitest.Peer, a amitest.Action) { p.Success(a) })
				channelLists(1)(p)
				p.Login()
				p.Serve()
			})
			session := connect(srv)
			sub := session.Subscribe(event.Named("Tick"), lists(0))
			names(t, sub, 2) // the item and Synced
			if _, err := ami.Originate(t.Context(), session, toBob); err != nil {
				t.Fatal(err)
			}
			_ = session.Close()
			stacks := make([]byte, 1<<20)
			for _, stack := range strings.Split(string(stacks[:runtime.Stack(stacks, true)]), "\n\n")[1:] {
				running, _, _ := strings.Cut(stack, "created by") // one that has called Done may still be there, without a frame of ours
				if strings.Contains(running, "asterisk-go/ami.") {
					t.Fatalf("left behind by Close:\n%s", stack)
				}
			}
		}
	}
}
