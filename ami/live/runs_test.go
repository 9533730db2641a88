package live

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// short is a session whose subscriptions with a snapshot have a short queue.
type short struct{ ami.Session }

func (s short) Subscribe(filter event.Filter, config *ami.SubscribeConfig) *event.Subscription {
	with := *config
	with.Limit = 4
	return s.Session.Subscribe(filter, &with)
}

// numbered is the fields of channel n, which is up and runs Echo.
func numbered(n int) []string {
	id := fmt.Sprintf("1.%d", n)
	return []string{"Channel", fmt.Sprintf("PJSIP/%d-00000001", n), "ChannelState", "6", "ChannelStateDesc", "Up", "CallerIDNum", "100", "CallerIDName", "<unknown>",
		"ConnectedLineNum", "<unknown>", "ConnectedLineName", "<unknown>", "Language", "en", "AccountCode", "", "Context", "default", "Exten", "1",
		"Priority", "1", "Uniqueid", id, "Linkedid", id}
}

// standingChannels has a server list three channels, and nothing else.
func standingChannels(p *amitest.Peer) {
	p.Handle("BridgeList", func(p *amitest.Peer, a amitest.Action) { p.List(a, "BridgeListComplete") })
	p.Handle("Status", func(p *amitest.Peer, a amitest.Action) {
		p.Reply(a, "Response", "Success", "EventList", "start", "Message", "Channel status will follow")
		for n := range 3 {
			item := append([]string{"Event", "Status", "Privilege", "Call"}, numbered(n)...)
			p.Emit(append(item, "Type", "PJSIP", "DNID", "", "EffectiveConnectedLineNum", "", "EffectiveConnectedLineName", "", "TimeToHangup", "0",
				"BridgeID", "", "Application", "Echo", "Data", "", "Nativeformats", "", "Readformat", "", "Readtrans", "", "Writeformat", "", "Writetrans", "",
				"Callgroup", "0", "Pickupgroup", "0", "Seconds", "7", "ActionID", a.ID())...)
		}
		p.Emit("Event", "StatusComplete", "ActionID", a.ID(), "EventList", "Complete", "ListItems", "3")
	})
	p.Login()
	p.Serve()
}

// unfollowed runs a test with a model whose events the test itself applies.
func unfollowed(t *testing.T, test func(t *testing.T, m *Model, srv *amitest.Server, cut func())) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		peers := make(chan *amitest.Peer, 1)
		srv := amitest.Start(t, func(p *amitest.Peer) {
			peers <- p
			standingChannels(p)
		})
		client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		m, err := newModel(short{client}, &Config{Parts: []PartName{PartChannels}})
		if err != nil {
			t.Fatal(err)
		}
		defer m.sub.Close()
		m.applyAll(t, func() {})
		test(t, m, srv, func() { (<-peers).Cut() })
	})
}

// applyAll applies all that comes, and calls between after each event, when nothing more comes.
func (m *Model) applyAll(t *testing.T, between func()) {
	t.Helper()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		ev, err := m.sub.Next(ctx)
		cancel()
		if err != nil {
			return
		}
		m.apply(ev)
		between()
		synctest.Wait()
	}
}

// Whenever lists are asked for, before a Gap was taken and while those run that make up for it, they end no channel that lives.
func TestRefreshAroundAGap(t *testing.T) {
	for name, lose := range map[string]func(m *Model, srv *amitest.Server, cut func()){
		"overflow": func(m *Model, srv *amitest.Server, cut func()) {
			for range 10 {
				srv.Emit(append([]string{"Event", "Newstate", "Privilege", "call,all"}, numbered(0)...)...)
			}
			synctest.Wait()
		},
		"disconnected": func(m *Model, srv *amitest.Server, cut func()) {
			cut()
			<-time.After(time.Hour)
		},
	} {
		for seed := range uint64(20) {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 1))
				unfollowed(t, func(t *testing.T, m *Model, srv *amitest.Server, cut func()) {
					changes := m.Subscribe(nil)
					defer changes.Close()
					lose(m, srv, cut)
					asked := 0
					refresh := func() {
						if asked < 10 && random.IntN(3) == 0 && m.refresh(true) {
							asked++
						}
					}
					if seed%2 == 0 && m.refresh(true) {
						asked++
					}
					m.applyAll(t, refresh)
					if asked < 1 && seed%2 == 0 || m.state.isSyncing() || m.state.channels.size != 3 {
						t.Errorf("%d refreshes, and %d channels; lists run: %t", asked, m.state.channels.size, m.state.isSyncing())
					}
					if server := m.state.server; server.State != ServerCurrent {
						t.Errorf("the server is %v", server)
					}
					for {
						c, err := changes.take()
						if c == nil {
							if err != nil {
								t.Error(err)
							}
							return
						}
						if c, ok := c.(Changed[Channel]); ok && c.Kind != KindUpdated {
							t.Errorf("%v", c)
						}
					}
				})
			})
		}
	}
}
