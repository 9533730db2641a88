package ami_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// odd is what a variable may hold that the splitter of Originate would eat.
const odd = `a,b "c" \d (e ]f`

// The typed events of a call, against what was asked for.
func TestLiveEventsOfACall(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn := connect(t, s, "all", nil)
		id := "types-" + s.Version().String()
		events := eventsOf(t, conn, action.Originate{Channel: "Local/dial-delayed@app", Context: "outcome", Exten: "answer-short", Async: true,
			ChannelID: id, OtherChannelID: id + "-2", CallerID: action.CallerID("O'Brien?", "1234"), Account: "acc",
			Variables: []asterisk.Variable{{Name: "__LAB", Value: odd}}})

		born := one(t, events, func(e event.Newchannel) bool { return e.UniqueID == id })
		expect(t, "Newchannel", born.LinkedID == id && strings.HasPrefix(born.Channel, "Local/dial-delayed@app-") && strings.HasSuffix(born.Channel, ";1") &&
			born.ChannelState == asterisk.ChannelDown && born.ChannelStateDesc == "Down" && born.CallerIDNum == "" && born.CallerIDName == "" &&
			born.Language == "en" && born.Context == "app" && born.Priority == 1, born)
		second := one(t, events, func(e event.Newchannel) bool { return e.UniqueID == id+"-2" })
		expect(t, "Newchannel of the other half", second.LinkedID == id && second.Exten == "dial-delayed" && second.ChannelState == asterisk.ChannelRing, second)

		named := one(t, events, func(e event.NewCallerID) bool { return e.UniqueID == id+"-2" })
		expect(t, "NewCallerid", named.CallerIDNum == "1234" && named.CallerIDName == "O'Brien?" && named.CallingPres == 0 &&
			named.CallingPresText == "Presentation Allowed, Not Screened", named)

		set := one(t, events, func(e event.VarSet) bool { return e.UniqueID == id && e.Variable == "__LAB" })
		expect(t, "VarSet", set.Value == odd && set.Channel == born.Channel, set)

		first := one(t, events, func(e event.DialBegin) bool { return e.Dest.UniqueID == id })
		expect(t, "DialBegin of the Originate", first.Channel == "" && first.UniqueID == "" && first.Dest.Channel == born.Channel &&
			first.DialString == "dial-delayed@app", first)
		dial := one(t, events, func(e event.DialBegin) bool { return e.UniqueID == id+"-2" })
		expect(t, "DialBegin", dial.Channel == second.Channel && dial.CallerIDName == "O'Brien?" && dial.ChannelState == asterisk.ChannelRing &&
			strings.HasPrefix(dial.Dest.Channel, "Local/delayed@outcome-") && dial.Dest.LinkedID == id && dial.DialString == "delayed@outcome", dial)
		end := one(t, events, func(e event.DialEnd) bool { return e.UniqueID == id+"-2" })
		expect(t, "DialEnd", end.DialStatus == "ANSWER" && end.Dest.Channel == dial.Dest.Channel && end.Forward == "", end)

		up := one(t, events, func(e event.Newstate) bool { return e.UniqueID == id && e.ChannelState == asterisk.ChannelUp })
		expect(t, "Newstate", up.ChannelStateDesc == asterisk.ChannelUp.String() && up.Channel == born.Channel, up)
		answered := one(t, events, func(e event.OriginateResponse) bool { return e.UniqueID == id })
		expect(t, "OriginateResponse", answered.Response == "Success" && answered.Reason == event.ReasonAnswer && answered.Channel == born.Channel &&
			answered.Context == "outcome" && answered.Exten == "answer-short" && answered.CallerIDNum == "1234" && answered.CallerIDName == "O'Brien?" &&
			answered.ActionID != "", answered)
		gone := one(t, events, func(e event.Hangup) bool { return e.UniqueID == id })
		expect(t, "Hangup", gone.Cause == asterisk.CauseNormalClearing && gone.CauseTxt == "Normal Clearing" && gone.AccountCode == "acc", gone)
		for _, ev := range events {
			if _, unknown := ev.(event.Unknown); !unknown && ev.Fields().Get("Event") != ev.EventName() {
				t.Errorf("%T is called %q on the wire", ev, ev.Fields().Get("Event"))
			}
		}
	})
}

func TestLiveCausesAndUserEvents(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn := connect(t, s, "all", nil)
		busy := eventsOf(t, conn, action.Originate{Channel: "Local/hangup-17@outcome", Application: "Wait", Data: "1", Async: true, ChannelID: "busy-1"})
		gone := one(t, busy, func(e event.Hangup) bool { return e.UniqueID == "busy-1" })
		expect(t, "Hangup", gone.Cause == asterisk.CauseUserBusy && gone.CauseTxt == "User busy", gone)

		said := eventsOf(t, conn, action.Originate{Channel: "Local/userevent@app", Application: "Wait", Data: "1", Async: true, ChannelID: "said-1"})
		user := one(t, said, func(e event.UserEvent) bool { return e.LinkedID == "said-1" })
		expect(t, "UserEvent", user.UserEvent == "Test" && user.Fields().Get("Key") == "value" && user.Exten == "userevent" && user.Context == "app" &&
			strings.HasSuffix(user.Channel, ";2"), user)
	})
}

// checkItems looks at the typed items of lists that furnish has filled.
func checkItems(t *testing.T, conn *ami.Conn, channel string) {
	t.Helper()
	do(t, conn, action.New("AbsoluteTimeout", "Channel", channel, "Timeout", "3000"))
	do(t, conn, action.New("QueuePause", "Queue", "support", "Interface", "Local/busy@outcome", "Paused", "true", "Reason", "lunch"))

	statuses, err := ami.List(deadline(t, 5*time.Second), conn, action.Status{Channel: channel, Variables: []string{"LAB", "NONE"}})
	if err != nil || len(statuses) != 1 {
		t.Fatalf("List(Status) = %v, %v, want one", statuses, err)
	}
	st := statuses[0]
	left := time.Until(st.TimeToHangup)
	expect(t, "Status", st.Channel == channel && st.ChannelState == asterisk.ChannelUp && st.Type == "Local" && st.Application == "Wait" && st.Data == "60" &&
		st.Duration >= 0 && st.Duration < time.Minute && left > 2000*time.Second && left < 3001*time.Second, st)
	if want := (event.Variables{{Name: "LAB", Value: `a,b "c" \d (e`}, {Name: "NONE"}}); !slices.Equal(st.Variable, want) {
		t.Errorf("Status.Variable = %q, want %q", st.Variable, want)
	}

	channels, err := ami.List(deadline(t, 5*time.Second), conn, action.CoreShowChannels{})
	if err != nil {
		t.Fatal(err)
	}
	waiting := one(t, channels, func(e event.CoreShowChannel) bool {
		return strings.HasPrefix(e.Channel, "Local/answer@outcome") && strings.HasSuffix(e.Channel, ";1")
	})
	expect(t, "CoreShowChannel", waiting.Application == "Wait" && waiting.ApplicationData == "60" && waiting.BridgeID == "" && waiting.ChannelState == asterisk.ChannelUp &&
		waiting.Duration < time.Minute && waiting.CallerIDName == "O'Brien?", waiting)
	bridged := one(t, channels, func(e event.CoreShowChannel) bool { return e.Application == "ConfBridge" })
	expect(t, "CoreShowChannel in a bridge", bridged.BridgeID != "" && bridged.ApplicationData == "7" && bridged.Exten == "conf-7", bridged)
	checkQueue(t, do(t, conn, action.QueueStatus{}).Events)
}

func checkQueue(t *testing.T, items []event.Event) {
	t.Helper()
	params := one(t, items, func(e event.QueueParams) bool { return e.Queue == "empty" })
	expect(t, "QueueParams", params.Strategy == "ringall" && params.Calls == 1 && params.Max == 0 && params.Weight == 0, params)
	ann := one(t, items, func(e event.QueueMember) bool { return e.Name == "Ann" })
	expect(t, "QueueMember", ann.Queue == "support" && ann.Location == "Local/delayed@outcome" && ann.Membership == "static" && ann.Penalty == 0 &&
		ann.LastCall.IsZero() && ann.LastPause.IsZero() && !ann.Paused && !ann.InCall && ann.StateInterface != "", ann)
	cem := one(t, items, func(e event.QueueMember) bool { return e.Name == "Cem" })
	expect(t, "QueueMember on a break", cem.Paused && cem.PausedReason == "lunch" && cem.Penalty == 1 && time.Since(cem.LastPause) < time.Minute, cem)
	entry := one(t, items, func(e event.QueueEntry) bool { return true })
	expect(t, "QueueEntry", entry.Queue == "empty" && entry.Position == 1 && strings.HasPrefix(entry.Channel, "Local/1@echo") && entry.UniqueID != "" &&
		entry.CallerIDName == "O'Brien?" && entry.CallerIDNum == "1234" && entry.Wait < time.Minute && entry.Priority == 0, entry)
}

// A reload, a restart and a shutdown, as a client sees them.
func TestLiveSystemEvents(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nil)
			client, err := ami.Connect(deadline(t, 10*time.Second), s.AMI(), configFor(s, "all", func(c *ami.Config) { c.RetryMax = 200 * time.Millisecond }))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			conn := connect(t, s, "all", nil)
			reloads := client.Subscribe(event.Of[event.Reload](), nil)
			do(t, client, action.New("Reload", "Module", "res_parking"))
			reload := nextOf[event.Reload](t, reloads)
			reloads.Close()
			// The FullyBooted of a server that has only just booted may come twice,
			// but not behind the Reload.
			sub := client.Subscribe(event.Or(event.Of[event.Shutdown](), event.Of[event.FullyBooted]()), nil)
			expect(t, "Reload", reload.Module == "res_parking" && reload.Status == 0, reload)
			if _, err := s.CLI(deadline(t, 10*time.Second), "core stop gracefully"); err != nil {
				t.Fatal(err)
			}
			// Asterisk does not wait for its Shutdown to be sent: now and then it is
			// gone first. TestShutdownAndReload has what follows from the event.
			ev, err := sub.Next(deadline(t, 30*time.Second))
			if shutdown, came := ev.(event.Shutdown); came {
				expect(t, "Shutdown", shutdown.Shutdown == "Cleanly" && !shutdown.Restart, shutdown)
				ev, err = sub.Next(deadline(t, 30*time.Second))
				gap, _ := ev.(event.Gap)
				expect(t, "Gap behind Shutdown", errors.Is(gap.Err, ami.ErrShuttingDown), ev)
			}
			gap, ok := ev.(event.Gap)
			expect(t, "Gap", err == nil && ok && gap.Reason == event.GapDisconnected && gap.Missed == -1, ev)
			<-conn.Done()
			if conn.Err() == nil {
				t.Error("Err = nil after the end of Asterisk")
			}
			if err := s.Restart(); err != nil {
				t.Fatal(err)
			}
			connected := nextOf[event.Connected](t, sub)
			expect(t, "Connected", connected.Epoch() == 2 && connected.Address == s.AMI(), connected)
			booted := nextOf[event.FullyBooted](t, sub)
			expect(t, "FullyBooted", booted.Status == "Fully Booted" && booted.Uptime < time.Minute && booted.LastReload < time.Minute && booted.Epoch() == 2, booted)
		})
	}
}

// nextOf is the next event, which must be an E.
func nextOf[E event.Event](t *testing.T, sub *event.Subscription) E {
	t.Helper()
	ev, err := sub.Next(deadline(t, 30*time.Second))
	e, ok := ev.(E)
	if err != nil || !ok {
		t.Fatalf("Next = %T %v, %v, want a %T", ev, ev, err, e)
	}
	return e
}

// one returns the first event of the type that is right.
func one[E event.Event, Any event.Event](t *testing.T, events []Any, right func(E) bool) E {
	t.Helper()
	for _, ev := range events {
		if e, ok := event.Event(ev).(E); ok && right(e) {
			return e
		}
	}
	var none E
	t.Fatalf("no such %T among %d events", none, len(events))
	return none
}

func expect(t *testing.T, what string, ok bool, ev event.Event) {
	t.Helper()
	if !ok {
		t.Errorf("%s is not as expected: %+v\nfrom\n%s", what, ev, ev.Fields())
	}
}

// eventsOf makes a call and returns its events up to the last hangup.
func eventsOf(t *testing.T, conn *ami.Conn, a action.Originate) []event.Event {
	t.Helper()
	sub := conn.Subscribe(event.Or(event.Where("Linkedid", a.ChannelID), event.Where("DestLinkedid", a.ChannelID), event.Where("Uniqueid", a.ChannelID)), nil)
	defer sub.Close()
	do(t, conn, a)
	var events []event.Event
	// OriginateResponse may come before the first Newchannel.
	alive, born, responded := make(map[string]bool), false, false
	for ctx := deadline(t, 20*time.Second); !born || !responded || len(alive) > 0; {
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("after %d events of %s: %v", len(events), a.Channel, err)
		}
		events = append(events, ev)
		switch e := ev.(type) {
		case event.Newchannel:
			alive[e.UniqueID], born = true, true
		case event.Hangup:
			delete(alive, e.UniqueID)
		case event.OriginateResponse:
			responded = true
		}
	}
	return events
}
