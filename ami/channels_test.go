package ami_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/producer"
	"github.com/asterisk-go/asterisk-go/transport"
)

// The list of channels in docs/ami.md is the one that is tested here.
func TestGuideHasChannelList(t *testing.T) {
	source, err := os.ReadFile("example_channels_test.go")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("../docs/ami.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, found := strings.Cut(string(source), "\n// channelList is")
	if !found || !strings.Contains(string(guide), "```go\n// channelList is"+code+"```\n") {
		t.Error("docs/ami.md, Start from what is there, is not the code of example_channels_test.go")
	}
}

// decoded is a whole event as a client gives it, of a line such as "Hangup Channel=a Uniqueid=1".
func decoded(line string) event.Event {
	words := strings.Fields(line)
	values := make(map[string]string)
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		values[key] = value
	}
	return blockOf(whole(words[0], values))
}

// whole is an event with all keys that Asterisk writes, in its order.
func whole(name string, values map[string]string) (keyValues []string) {
	keys := []string{"Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName",
		"Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid"}
	switch name {
	case "CoreShowChannel":
		keys = append(keys, "Application", "ApplicationData", "Duration", "BridgeId")
	case "Hangup":
		keys = append(keys, "Cause", "Cause-txt")
	case "Rename":
		keys = []string{"Channel", "Newname", "Uniqueid"}
	}
	keyValues = []string{"Event", name}
	for _, key := range keys {
		keyValues = append(keyValues, key, values[key])
	}
	return keyValues
}

func blockOf(keyValues []string) event.Event {
	var text strings.Builder
	for i := 0; i < len(keyValues); i += 2 {
		text.WriteString(keyValues[i] + ": " + keyValues[i+1] + "\r\n")
	}
	return event.Decode(transport.ParseFields(text.String()))
}

// What a caller's text may be all of changes nothing; what it is only a part of does.
func TestChannelListDoubts(t *testing.T) {
	l := newChannelList()
	take := func(b transport.Block, doubt event.Doubt) {
		t.Helper()
		if err := l.apply(new(event.Hub).Producer(producer.Key{}).Stamp(b, time.Time{}, doubt).Decode()); err != nil {
			t.Fatal(err)
		}
	}
	block := func(name, channel string) string {
		return blockOf(whole(name, map[string]string{"Channel": channel, "Uniqueid": "1"})).Fields().String()
	}
	of := func(text string) transport.Block { return transport.NewBlock(transport.ParseFields(text)) }
	take(of(block("CoreShowChannel", "victim")), 0)
	take(of(block("CoreShowChannel", "stranger")), 0)
	take(of("Event: Hangup\r\nChannel: victim\r\nUniqueid: 1\r\n"), 0)
	take(of(block("Hangup", "victim")), event.DoubtCut)
	take(of("Event: Newchannel\r\nChannel: none\r\n"), 0)
	take(of("Event: Rename\r\nChannel: victim\r\nNewname: x\r\nUniqueid: 1\r\n"), event.DoubtCut)
	if len(l.live) != 2 || l.live["victim"].Channel == "" {
		t.Errorf("live = %v, want victim and stranger", l.live)
	}
	repeated := strings.Replace(block("Hangup", "stranger"), "Uniqueid", "CallerIDNum: x\r\nUniqueid", 1)
	repeated = strings.Replace(repeated, "Exten", "Channel: victim\r\nExten", 1)
	if got := event.Decode(transport.ParseFields(repeated)).Doubt(); got != event.DoubtRepeated {
		t.Errorf("repeated keys are the doubt %v", got)
	}
	take(of(repeated), 0)
	if len(l.live) != 1 || l.live["victim"].Channel == "" {
		t.Errorf("live = %v behind a Hangup with repeated keys, want victim", l.live)
	}
}

func TestChannelList(t *testing.T) {
	synced := event.Event(event.Synced{})
	for name, test := range map[string]struct {
		events []string // Synced and Gap are the markers
		want   string   // names with their states
	}{
		"list and news":           {[]string{"CoreShowChannel Channel=a ChannelState=6", "Synced", "Newchannel Channel=b ChannelState=0"}, "a6 b0"},
		"states":                  {[]string{"Newchannel Channel=a ChannelState=0", "Synced", "Newstate Channel=a ChannelState=4", "Newstate Channel=a ChannelState=6"}, "a6"},
		"a state before its item": {[]string{"Newstate Channel=a ChannelState=6", "CoreShowChannel Channel=a ChannelState=6", "Synced"}, "a6"},
		"an end":                  {[]string{"CoreShowChannel Channel=a", "Synced", "Hangup Channel=a"}, ""},
		"an end before its item":  {[]string{"Hangup Channel=a", "CoreShowChannel Channel=a", "CoreShowChannel Channel=b", "Synced"}, "b0"},
		"an old event first":      {[]string{"Newchannel Channel=a", "Hangup Channel=a", "Synced"}, ""},
		"renamed":                 {[]string{"CoreShowChannel Channel=a ChannelState=6", "Synced", "Rename Channel=a Newname=b", "Hangup Channel=b"}, ""},
		"renamed before its item": {[]string{"Rename Channel=a Newname=b", "CoreShowChannel Channel=a ChannelState=6", "Synced"}, "b6"},
		"a masquerade": {[]string{"CoreShowChannel Channel=a ChannelState=6", "CoreShowChannel Channel=b ChannelState=4", "Synced",
			"Rename Channel=a Newname=a<MASQ>", "Rename Channel=b Newname=a", "Rename Channel=a<MASQ> Newname=b<ZOMBIE>", "Hangup Channel=b<ZOMBIE>"}, "a4"},
		"another's Uniqueid": {[]string{"CoreShowChannel Channel=victim Uniqueid=1 ChannelState=6", "CoreShowChannel Channel=stranger Uniqueid=2", "Synced",
			"Hangup Channel=stranger Uniqueid=1"}, "victim6"},
		"anew after a gap":    {[]string{"CoreShowChannel Channel=a", "Synced", "Gap", "CoreShowChannel Channel=b", "Synced"}, "b0"},
		"a gap before Synced": {[]string{"Hangup Channel=b", "Gap", "CoreShowChannel Channel=b", "Synced"}, "b0"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newChannelList()
			for _, line := range test.events {
				ev := map[string]event.Event{"Synced": synced, "Gap": event.Gap{}}[line]
				if ev == nil {
					ev = decoded(line)
				}
				if err := l.apply(ev); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			for name, channel := range l.live {
				got = append(got, fmt.Sprint(name, int(channel.ChannelState)))
			}
			slices.Sort(got)
			if strings.Join(got, " ") != test.want || !l.whole {
				t.Errorf("live = %v, whole %t; want %s and true", got, l.whole, test.want)
			}
		})
	}
}

// Calls that are over leave nothing behind, however many they were.
func TestChannelListForgets(t *testing.T) {
	l := newChannelList()
	call := func(n int) {
		name := fmt.Sprint("PJSIP/100-", n)
		for _, e := range []event.Event{event.Newchannel{ChannelSnapshot: event.ChannelSnapshot{Channel: name}},
			event.Newstate{ChannelSnapshot: event.ChannelSnapshot{Channel: name}}, event.Rename{Channel: name, NewName: name + "b"},
			event.Hangup{ChannelSnapshot: event.ChannelSnapshot{Channel: name + "b"}}} {
			if err := l.apply(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	call(0) // while the snapshot runs
	if len(l.past) == 0 {
		t.Error("what ended before Synced is not remembered")
	}
	if err := l.apply(event.Synced{}); err != nil {
		t.Fatal(err)
	}
	for n := range 100_000 {
		call(n)
	}
	if len(l.live) > 0 || l.past != nil {
		t.Errorf("%d channels are live and %d past after their hangups, want none", len(l.live), len(l.past))
	}
}

// A list that is refused is an error, and no whole picture.
func TestChannelListRefused(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
	}, func(t *testing.T, c *ami.Conn) {
		l := newChannelList()
		if err := l.follow(t.Context(), c); !errors.Is(err, ami.ErrPermissionDenied) || l.whole {
			t.Errorf("follow = %v, whole %t; want %v and false", err, l.whole, ami.ErrPermissionDenied)
		}
	})
}

func TestChannelListFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, func(p *amitest.Peer) {
			p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
				item := func(n int) []string {
					return whole("CoreShowChannel", map[string]string{"Channel": fmt.Sprint("PJSIP/100-", n)})
				}
				hangup := whole("Hangup", map[string]string{"Channel": "PJSIP/100-1"})
				p.Emit(slices.Insert(hangup, 2, "Privilege", "call,all")...)
				p.List(a, "CoreShowChannelsComplete", item(1), item(1+p.Number()))
			})
			p.Handle("Cue", func(p *amitest.Peer, a amitest.Action) { p.Cut() })
			p.Login()
			p.Serve()
		})
		client := connectTo(t, srv, nil)
		ctx, cancel := context.WithCancelCause(t.Context())
		l, done := newChannelList(), make(chan error, 1)
		go func() { done <- l.follow(ctx, client) }() // ends with ctx
		_, _ = client.Do(t.Context(), action.New("Cue"))
		<-time.After(time.Hour) // it has come back
		over := errors.New("over")
		cancel(over)
		if err := <-done; !errors.Is(err, over) || len(l.live) != 1 || l.live["PJSIP/100-3"].Channel == "" || !l.whole {
			t.Errorf("follow = %v with %v live, whole %t; want %v with the channel of connection 2 alone", err, l.live, l.whole, over)
		}
	})
}

// In storms of calls the list is what a fresh connection is told, also for a consumer that falls behind.
func TestSoakChannelList(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nil)
			conn, caller := connect(t, s, "all", nil), newCaller(t, s)
			sub := conn.Subscribe(event.Named("Newchannel", "Newstate", "Rename", "Hangup"),
				&ami.SubscribeConfig{Limit: 100, Snapshot: showChannels.Snapshot})
			defer sub.Close()
			l, rounds := newChannelList(), 0
			for round := range lab.Rounds(3, 20) {
				rounds++
				ctx := deadline(t, 2*time.Minute)
				over := make(chan error, 1)
				go func() { over <- storm(ctx, caller, round, 60) }() // ends with the storm; the test waits for it
				for range 200 {
					if !l.next(ctx, t, sub) {
						t.Fatalf("no event for two minutes; the list is %v, whole %t", l.states(), l.whole)
					}
				}
				if err := <-over; err != nil { // meanwhile the queue has run over
					t.Fatalf("storm = %v", err)
				}
				want := atRestWith(ctx, t, caller)
				for patience := deadline(t, time.Minute); !l.whole || !maps.Equal(l.states(), want); {
					if !l.next(patience, t, sub) {
						t.Fatalf("round %d: the list is %v, whole %t; Asterisk has %v", round, l.states(), l.whole, want)
					}
				}
				hangUpAll(t, caller)
			}
			t.Logf("%d rounds, %d events, %d of them missed", rounds, sub.Stats().Matched, sub.Stats().Missed)
		})
	}
}

// next applies an event, unless ctx ends first.
func (l *channelList) next(ctx context.Context, t *testing.T, sub *event.Subscription) bool {
	t.Helper()
	ev, err := sub.Next(ctx)
	if err != nil {
		return false
	}
	if err := l.apply(ev); err != nil {
		t.Fatal(err)
	}
	return true
}

func (l *channelList) states() map[string]asterisk.ChannelState {
	states := make(map[string]asterisk.ChannelState)
	for name, channel := range l.live {
		states[name] = channel.ChannelState
	}
	return states
}

// atRestWith waits until all calls have come about and the short ones are over, and returns the channels that stay.
func atRestWith(ctx context.Context, t *testing.T, by *caller) map[string]asterisk.ChannelState {
	t.Helper()
	by.allCame(ctx, t)
	for {
		items, err := ami.List(ctx, by, action.CoreShowChannels{})
		if err != nil {
			t.Fatalf("List(CoreShowChannels) = %v", err)
		}
		states := make(map[string]asterisk.ChannelState)
		for _, item := range items {
			states[item.Channel] = item.ChannelState
		}
		if !slices.ContainsFunc(items, func(i event.CoreShowChannel) bool { return short(i.UniqueID) || i.ChannelState != asterisk.ChannelUp }) {
			return states
		}
	}
}
