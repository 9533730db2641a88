package live_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// right is what a login may do.
type right struct {
	read   string // as the CLI tells it; empty if the user may not ask
	refuse string // a list
}

// A login of each kind, and what parts are to be of them.
var (
	mayAll      = right{read: "all"}
	mayNotCall  = right{read: "system,agent"}
	mayNotList  = right{read: "all", refuse: "Status"}
	mayNotQueue = right{read: "system,call,dialplan"}
	nobodyKnows = right{} // perhaps events come
)

// complete says of each part whether a login sees it.
func (r right) complete() map[live.PartName]bool {
	call, channels := r != mayNotCall, r != mayNotCall && r != mayNotList
	return map[live.PartName]bool{live.PartChannels: channels, live.PartBridges: call, live.PartCalls: channels && r != mayNotQueue, live.PartDevices: call,
		live.PartQueues: channels && r != mayNotQueue, live.PartAgents: r != mayNotQueue}
}

// rightful runs a test with a model of a PBX in which each login has other rights: it has a channel, two devices and an agent.
func rightful(t *testing.T, rights []right, test func(t *testing.T, srv *amitest.Server, m *live.Model, again func())) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		logins := make(chan *amitest.Peer, 1)
		f, other := &fake{channels: []string{"100"}}, newPBX()
		other.devices(2)
		other.items["Agents"] = [][]string{{"Event", "Agents", "Agent", "1001", "Name", "Ann", "Status", "AGENT_LOGGEDOFF"}}
		srv := amitest.Start(t, func(p *amitest.Peer) {
			r := rights[p.Number()-1]
			logins <- p
			for name, end := range pbxLists {
				p.Handle(name, func(p *amitest.Peer, a amitest.Action) { other.list(p, a, name, end) })
			}
			p.Handle("QueueStatus", func(p *amitest.Peer, a amitest.Action) {
				p.List(a, "QueueStatusComplete", []string{"Event", "QueueParams", "Queue", "sales", "Max", "0", "Strategy", "ringall", "Calls", "0", "Holdtime", "0", "TalkTime", "0",
					"Completed", "0", "Abandoned", "0", "ServiceLevel", "0", "ServicelevelPerf", "0.0", "ServicelevelPerf2", "0.0", "Weight", "0"})
			})
			p.Handle("ListCommands", func(p *amitest.Peer, a amitest.Action) {
				if r.read == "" {
					p.Success(a)
					return
				}
				p.Success(a, "Command", "Execute CLI command")
			})
			p.Handle("Command", func(p *amitest.Peer, a amitest.Action) {
				p.Success(a, "Message", "Command output follows", "Output", "      read perm: "+r.read)
			})
			(&fake{channels: f.channels, refuse: r.refuse == "Status"}).script(p)
		})
		client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		m, err := live.Watch(t.Context(), client, &live.Config{Recheck: -1,
			Parts: []live.PartName{live.PartChannels, live.PartDevices, live.PartQueues, live.PartAgents}})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		test(t, srv, m, func() {
			(<-logins).Cut()
			<-time.After(time.Minute)
			synctest.Wait()
		})
	})
}

// After each login the parts are what that one may see, whatever the one before might.
func TestRightsOfTheNextLogin(t *testing.T) {
	all := []right{mayAll, mayNotCall, mayNotList, mayNotQueue, nobodyKnows}
	for i, first := range all {
		for j, second := range all {
			rights := []right{first, second, mayAll}
			t.Run(fmt.Sprint(i, j), func(t *testing.T) {
				rightful(t, rights, func(t *testing.T, srv *amitest.Server, m *live.Model, again func()) {
					mirror := followed(m, true)
					for n, r := range rights {
						if n > 0 {
							again()
						}
						view := m.View().String()
						emit(srv, "Newchannel", fmt.Sprint(200+n), "4")
						synctest.Wait()
						sees := r.complete()
						for _, p := range m.Parts() {
							if want := sees[p.Name]; p.Complete != want || p.Absent == want && p.Name != live.PartCalls && p.Name != live.PartBridges || strings.Contains(p.String(), "login") {
								t.Errorf("login %d, who reads %q: %v, want it to be complete: %t", n, r.read, p, want)
							}
						}
						v := m.View()
						_, channel := v.Channel("1.100")
						_, began := v.Channel(fmt.Sprint("1.", 200+n))
						_, queue := v.Queue("sales")
						_, agent := v.Agent("1001")
						for name, shown := range map[live.PartName]bool{live.PartChannels: channel && began, live.PartDevices: countDevices(v) == 2, live.PartQueues: queue,
							live.PartAgents: agent} {
							if shown != sees[name] {
								t.Errorf("login %d, who reads %q: %s are shown: %t", n, r.read, name, shown)
							}
						}
						hangUp(srv, fmt.Sprint(200+n))
						synctest.Wait()
						if got := m.View().String(); sees[live.PartChannels] && strings.Split(got, ",")[0] != strings.Split(view, ",")[0] {
							t.Errorf("login %d, who reads %q: there are %s, and were %s", n, r.read, got, view)
						}
					}
					mirror.compare(t, m)
				})
			})
		}
	}
}
