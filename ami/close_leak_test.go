package ami_test

import (
	"bytes"
	"context"
	"net"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

// busyLife has a session do all for which it has goroutines: subscriptions with snapshots that are fetched, wait and never
// end, an action and a list in flight, a call whose outcome is open.
func busyLife(t *testing.T, s ami.Session) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	next(t, s.Subscribe(all, showChannels)) // the item of a snapshot that has been fetched
	s.Subscribe(all, showChannels)
	s.Subscribe(all, &ami.SubscribeConfig{Snapshot: []action.Action{action.New("Never")}})
	call, err := ami.Originate(ctx, s, action.Originate{Channel: "Local/a@b", Application: "Wait", Data: "1"})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := call.Wait(ctx); err == nil {
		t.Error("Wait = nil though its context has ended")
	}
	for _, err := range ami.Each(t.Context(), s, action.CoreShowChannels{}) {
		if err != nil {
			t.Fatal(err)
		}
		break // in the middle of the list
	}
}

func lifeScript(p *amitest.Peer) {
	p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
		item := []string{"Event", "CoreShowChannel", "Channel", "PJSIP/100-1"}
		p.List(a, "CoreShowChannelsComplete", item, item, item)
	})
	p.Handle("Originate", func(p *amitest.Peer, a amitest.Action) { p.Success(a) })
	p.Handle("Never", func(*amitest.Peer, amitest.Action) {})
	p.Login()
	p.Serve()
}

// When Close returns nothing of the session runs any more, whatever it was doing, and whether it is closed by us, was cut,
// or is about to come back.
func TestCloseLeavesNothing(t *testing.T) {
	for name, open := range map[string]func(t *testing.T, srv *amitest.Server, config *ami.Config) (ami.Session, error){
		"Conn": func(t *testing.T, srv *amitest.Server, config *ami.Config) (ami.Session, error) {
			return ami.Dial(t.Context(), srv.Addr(), config)
		},
		"Client": func(t *testing.T, srv *amitest.Server, config *ami.Config) (ami.Session, error) {
			return ami.Connect(t.Context(), srv.Addr(), config)
		},
		"Client with action sessions": func(t *testing.T, srv *amitest.Server, config *ami.Config) (ami.Session, error) {
			config.ActionSessions = 2
			return ami.Connect(t.Context(), srv.Addr(), config)
		},
		"recorded": func(t *testing.T, srv *amitest.Server, config *ami.Config) (ami.Session, error) {
			config.Record = new(bytes.Buffer)
			return ami.Connect(t.Context(), srv.Addr(), config)
		},
		"without pings": func(t *testing.T, srv *amitest.Server, config *ami.Config) (ami.Session, error) {
			config.PingInterval = -1
			return ami.Connect(t.Context(), srv.Addr(), config)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for round := range 40 {
				srv := amitest.NewServer(lifeScript)
				s, err := open(t, srv, configOf(srv, nil))
				if err != nil {
					t.Fatal(err)
				}
				busyLife(t, s)
				if round%4 == 3 { // the server goes first
					_ = srv.Close()
				}
				_ = s.Close()
				leak.None(t, "ami/amitest", "internal/manager")
				_ = srv.Close()
				leak.None(t)
				if t.Failed() {
					return
				}
			}
		})
	}
}

// A client that was never connected leaves nothing either: while it dials, and between its attempts.
func TestCloseLeavesNoAttempt(t *testing.T) {
	for name, dial := range map[string]func(ctx context.Context, network, address string) (net.Conn, error){
		"refused": func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed },
		"silent": func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		},
		"no banner": amitest.NewServer(func(p *amitest.Peer) { p.Stall() }).Dial,
	} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := ami.Connect(ctx, "pbx", &ami.Config{Username: "u", Secret: secret, Dial: dial, KeepTrying: true})
		if err == nil {
			t.Fatal("Connect = nil though its context has ended")
		}
		leak.None(t)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}
