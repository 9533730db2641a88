package live_test

import (
	"context"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// factsPlan has a call that is recorded, and whose variables hold what a stranger might write.
const factsPlan = `
[facts]
exten => recorded,1,Answer()
 same => n,Set(EVIL=${URIDECODE(a%0D%0AVariable: FORGED=1%0D%0AActionID: x%0D%0A%0D%0AEvent: Status%0D%0AChannel: ${CHANNEL}%0D%0A%0D%0A)})
 same => n,Set(__TICKET=1,2,"three" \ ${EVIL})
 same => n,Set(CODE=${URIDECODE(%24%7BENV%28PATH%29%7D)})
 same => n,Set(CALLERID(tag)=${EVIL})
 same => n,Set(RETRIEVAL=yes)
 same => n,MixMonitor(facts-${UNIQUEID}.wav)
 same => n,Dial(Local/answer@outcome/n)
exten => forging,1,Answer()
 same => n,Set(CALLERID(dnid)=${URIDECODE(1%0D%0AActionID: x%0D%0A%0D%0AEvent: Status%0D%0AChannel: Local/answer@outcome-00000000%3B1%0D%0AChannelState: 0)})
 same => n,Wait(60)
`

var wantedVariables = []string{"TICKET", "CODE", "CALLERID(tag)", "RETRIEVAL", "NEVER"}

// watchAs watches as a user, over AMI or AJAM.
func watchAs(t *testing.T, ctx context.Context, s *lab.Server, user string, overHTTP bool, config *live.Config) *live.Model {
	t.Helper()
	login := s.User(user)
	var client ami.Persistent
	var err error
	if settings := (ami.Config{Username: login.Name, Secret: login.Secret}); overHTTP {
		client, err = ajam.Connect(ctx, "http://"+s.HTTP(), &ajam.Config{Config: settings})
	} else {
		client, err = ami.Connect(ctx, s.AMI(), &settings)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	m, err := live.Watch(ctx, client, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	return m
}

// awaitChannel waits for a channel that is so.
func awaitChannel(t *testing.T, ctx context.Context, m *live.Model, what string, so func(*live.Channel) bool) *live.Channel {
	t.Helper()
	changes := m.Subscribe(nil)
	defer changes.Close()
	var log []string
	for change := range changes.All(ctx) {
		log = append(log, change.String())
		switch c := change.(type) {
		case live.Reset:
			for channel := range c.View.Channels() {
				log = append(log, channel.String())
				if so(channel) {
					return channel
				}
			}
		case live.Changed[live.Channel]:
			if so(c.After) {
				return c.After
			}
		}
	}
	t.Fatalf("%s: no such channel: %v, %v\n%s", what, context.Cause(ctx), changes.Err(), strings.Join(log, "\n"))
	return nil
}

// Variables are the same by events and by lists, over AMI and over HTTP, whatever text is in them: no list is cut short, and no channel or
// variable appears that is not there.
func TestLiveVariables(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": factsPlan}})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			w := watch(t, s)
			config := &live.Config{Recheck: -1, Variables: wantedVariables}
			byEvents := watchAs(t, ctx, s, "all", false, config)
			withoutSystem := watchAs(t, ctx, s, "crm", false, config) // and without read=dialplan
			if _, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/recorded@facts/n", Application: "Wait", Data: "60"}); err != nil {
				t.Fatal(err)
			}
			evil := "a\r\nVariable: FORGED=1\r\nActionID: x\r\n\r\nEvent: Status\r\nChannel: Local/recorded@facts-00000000;2\r\n\r\n"
			ticket := `1,2,"three" \ ` + evil
			blanks := strings.NewReplacer("\r", " ", "\n", " ")
			tag := strings.TrimSpace(blanks.Replace(evil)) // Asterisk trims what belongs to a caller
			c := awaitChannel(t, ctx, byEvents, "by events", func(c *live.Channel) bool {
				return c.Recording.Running() && c.BridgeID != "" && c.Variables.Get("TICKET") != ""
			})
			file := "facts-" + c.UniqueID + ".wav"
			if got := c.Variables; got.Get("TICKET") != ticket || got.Get("CODE") != "${ENV(PATH)}" || got.Get("RETRIEVAL") != "yes" || got.Get("NEVER") != "" {
				t.Errorf("by events the channel has %v", got)
			}
			if !strings.HasSuffix(c.Recording.File, file) {
				t.Errorf("it is recorded as %+v, want %s", c.Recording, file)
			}
			if err := byEvents.Refresh(ctx, live.PartChannels); err != nil {
				t.Fatal(err)
			}
			again, ok := byEvents.Channel(c.UniqueID)
			if !ok || again.Variables.Get("TICKET") != ticket || again.Variables.Get("CALLERID(tag)") != tag || again.Recording != c.Recording {
				t.Errorf("after a list the channel is %+v, want it as it was: %+v", again, c)
			}
			if call, ok := byEvents.Call(c.CallID); !ok || !call.Variables.Equal(again.Variables) || len(call.Recordings) != 1 || call.Recordings[0] != c.Recording {
				t.Errorf("the call has %v and %+v, want what its channel has", call.Variables, call.Recordings)
			}
			if err := withoutSystem.Refresh(ctx, live.PartChannels); err != nil {
				t.Fatal(err)
			}
			for name, m := range map[string]*live.Model{"by lists": withoutSystem, "over HTTP": watchAs(t, ctx, s, "all", true, config)} {
				n := 0
				for range m.View().Channels() {
					n++
				}
				got, ok := m.Channel(c.UniqueID)
				if !ok || n != 4 || got.Variables.Get("TICKET") != blanks.Replace(ticket) || got.Variables.Get("CODE") != "${ENV(PATH)}" ||
					got.Variables.Get("CALLERID(tag)") != tag || got.Recording.File != c.Recording.File {
					t.Errorf("%s: of %d channels one is %+v", name, n, got)
				}
			}
			if c, _ := withoutSystem.Channel(c.UniqueID); c == nil || c.Variables.Get("RETRIEVAL") != "" {
				t.Errorf("without read=dialplan the channel is %+v", c)
			}
			w.agrees("recorded", 4)
			if log := s.Log(); strings.Contains(log, "REPLACE") {
				t.Errorf("Asterisk complains: %s", log)
			}
			hangUpAll(t, ctx, w)
			w.agrees("after", 0)
		})
	}
}

// The number that was dialled stands in the list as it is. Who writes line breaks into it cuts their item, and makes items of their own: that
// moves nobody's channel, and their own does not end by it.
func TestLiveForgedItem(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": factsPlan}})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			w := watch(t, s)
			first, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/answer@outcome/n", Application: "Wait", Data: "60"})
			if err != nil {
				t.Fatal(err)
			}
			awaitChannel(t, ctx, w.model, "the victim", func(c *live.Channel) bool { return c.UniqueID == first.ChannelID() && c.State == asterisk.ChannelUp })
			if _, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/forging@facts/n", Application: "Wait", Data: "60"}); err != nil {
				t.Fatal(err)
			}
			attacker := awaitChannel(t, ctx, w.model, "the attacker", func(c *live.Channel) bool { return c.Application == "Wait" && c.Context == "facts" })
			w.agrees("forging", 4)
			changes := w.model.Subscribe(nil)
			defer changes.Close()
			for range 2 {
				if err := w.model.Refresh(ctx, live.PartChannels); err != nil {
					t.Fatal(err)
				}
				w.agrees("after a list", 4)
			}
			// the questions about the item are over when one that comes after them is
			hangUpAll(t, ctx, w)
			ended := 0
			for change := range changes.All(ctx) {
				c, ok := change.(live.Changed[live.Channel])
				if !ok {
					continue
				}
				// of the attacker's own channel the item is not believed, so that Asterisk is asked: it may answer that there is none before its Hangup comes
				notSeen := c.After.NotSeen && c.After.Device() != attacker.Device()
				if c.After.Doubtful || c.After.State != asterisk.ChannelUp || notSeen || c.Kind == live.KindAdded {
					t.Errorf("%v, by %+v", c, c.Event)
				}
				if c.Kind == live.KindRemoved {
					ended++
				}
				if ended == 4 {
					break
				}
			}
			w.agrees("after", 0)
		})
	}
}

// A recording goes on with the channel that takes the place of the recorded one, and its end is seen.
func TestLiveRecording(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": factsPlan}})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			w := watch(t, s)
			m := watchAs(t, ctx, s, "all", false, &live.Config{Recheck: -1, Variables: []string{"TICKET"}})
			do := func(a action.Action) {
				t.Helper()
				if _, err := w.other.Do(ctx, a); err != nil {
					t.Fatal(err)
				}
			}
			originated, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/recorded@facts/n", Application: "Wait", Data: "60"})
			if err != nil {
				t.Fatal(err)
			}
			c := awaitChannel(t, ctx, m, "recorded", func(c *live.Channel) bool { return c.Recording.Running() && c.BridgeID != "" })
			do(action.MixMonitorMute{Channel: c.Name, Direction: "read", State: true})
			awaitChannel(t, ctx, m, "muted", func(c *live.Channel) bool { return c.Recording.MutedRead && !c.Recording.MutedWrite })
			do(action.StopMixMonitor{Channel: c.Name})
			awaitChannel(t, ctx, m, "stopped", func(c *live.Channel) bool { return !c.Recording.Ended.IsZero() && !c.Recording.MutedRead })
			// one that runs an application and no dialplan is exchanged for another one to be redirected, which nobody sees
			plain, _ := m.Channel(originated.ChannelID())
			do(action.MixMonitor{Channel: plain.Name, File: "plain.wav"})
			do(action.Setvar{Channel: plain.Name, Variable: "TICKET", Value: "4711"})
			first := awaitChannel(t, ctx, m, "the other one recorded", func(c *live.Channel) bool {
				return c.UniqueID == plain.UniqueID && c.Recording.Running() && c.Variables.Get("TICKET") == "4711"
			})
			do(action.Redirect{Channel: plain.Name, Context: "app", Exten: "hold", Priority: 1})
			second := awaitChannel(t, ctx, m, "redirected", func(c *live.Channel) bool {
				return c.Name == plain.Name && c.Exten == "hold"
			})
			if !second.Recording.Running() || second.Recording.File != first.Recording.File || !second.Variables.Equal(first.Variables) {
				t.Errorf("it was %+v, and is %+v", first, second)
			}
			if err := m.Refresh(ctx, live.PartChannels); err != nil {
				t.Fatal(err)
			}
			if listed, ok := m.Channel(second.UniqueID); !ok || !listed.Variables.Equal(second.Variables) || listed.Recording != second.Recording {
				t.Errorf("a list says %+v, want %+v", listed, second)
			}
			do(action.StopMixMonitor{Channel: plain.Name})
			awaitChannel(t, ctx, m, "stopped after a redirect", func(c *live.Channel) bool { return c.UniqueID == second.UniqueID && !c.Recording.Ended.IsZero() })
			call, ok := m.Call(second.CallID)
			if !ok || len(call.Recordings) != 2 {
				t.Errorf("the call has the recordings %+v", call.Recordings)
			}
			hangUpAll(t, ctx, w)
			w.agrees("after", 0)
		})
	}
}
