package live_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// A parked call is fetched, times out, hangs up, or another channel takes its place: each ends once, and says why.
func TestLiveParkingEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, server *lab.Server) {
		w := watchOver(t, server, &live.Config{Parts: []live.PartName{live.PartParking}, Recheck: -1}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		changes := w.model.Subscribe(nil)
		defer changes.Close()
		park := func(channel, application, data string) string {
			call, err := ami.Originate(ctx, w.other, action.Originate{Channel: channel, Application: application, Data: data})
			if err != nil {
				t.Fatal(err)
			}
			return call.ChannelID()
		}
		for _, test := range []struct {
			end  live.ParkingEnd
			park func() (id string)
			then func(p *live.ParkedCall) error
		}{
			{live.ParkingEndTimedOut, func() string { return park("Local/answer@outcome/n", "Park", ",t(1)") }, nil},
			{live.ParkingEndGivenUp, func() string { return park("Local/answer@outcome/n", "Park", "") },
				func(p *live.ParkedCall) error { return w.model.Hangup(ctx, p.UniqueID, 0) }},
			{live.ParkingEndRetrieved, func() string { return park("Local/answer@outcome/n", "Park", "") },
				func(p *live.ParkedCall) error {
					_, err := w.other.Do(ctx, action.Originate{Channel: "Local/tone@outcome/n", Application: "ParkedCall",
						Data: fmt.Sprintf("%s,%d", p.ParkingLot, p.ParkingSpace), Async: true, ChannelID: "retriever"})
					return err
				}},
			{live.ParkingEndSwapped, func() string { return park("Local/tone@outcome/n", "Dial", "Local/park@app") }, nil},
		} {
			first := test.park()
			var ended, next *live.ParkedCall
			for ended == nil || test.end == live.ParkingEndSwapped && next == nil {
				change, err := changes.Next(ctx)
				if err != nil {
					t.Fatalf("%s: %v", test.end, err)
				}
				c, ok := change.(live.Changed[live.ParkedCall])
				switch {
				case !ok:
				case c.Kind == live.KindRemoved:
					ended = c.After
				case c.Kind == live.KindAdded && c.After.UniqueID == first && test.end == live.ParkingEndSwapped:
					next = c.After
				case c.Kind == live.KindAdded && test.then != nil:
					if err := test.then(c.After); err != nil {
						t.Fatal(err)
					}
				}
			}
			if ended.End != test.end || ended.NotSeen || ended.ParkingLot != "default" || ended.ParkingSpace != 701 || ended.Ended.Before(ended.Parked) {
				t.Errorf("%+v, want the end %q", ended, test.end)
			}
			if (ended.Retriever == "retriever") != (test.end == live.ParkingEndRetrieved) {
				t.Errorf("%s: it was fetched by %q", test.end, ended.Retriever)
			}
			if next != nil && (next.ParkingSpace != ended.ParkingSpace || next.CallID != ended.CallID) {
				t.Errorf("%+v took the place of %+v", next, ended)
			}
			hangUpAll(t, ctx, w)
			w.agrees(string(test.end), 0)
			for p := range w.model.View().ParkedCalls() {
				t.Errorf("after all have hung up: %v", p)
			}
		}
	})
}

// Who is parked, waits in a holding bridge or takes part in a conference keeps their Call, and hears nobody but in the conference.
func TestLiveHoldingBridges(t *testing.T) {
	onBoth(t, func(t *testing.T, server *lab.Server) {
		w := watchOver(t, server, &live.Config{Parts: roomParts, Recheck: -1}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		changes := w.model.Subscribe(nil)
		defer changes.Close()
		var calls []string
		where := make(map[string]string) // applications, by Call
		for _, application := range []string{"BridgeWait", "Park", "ConfBridge"} {
			for range 2 {
				data := map[string]string{"ConfBridge": "6"}[application]
				call, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/answer@outcome/n", Application: application, Data: data})
				if err != nil {
					t.Fatal(err)
				}
				calls = append(calls, call.ChannelID())
				where[call.ChannelID()] = application
			}
		}
		inside := make(map[string]bool)
		for len(inside) < len(calls) {
			change, err := changes.Next(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if c, ok := change.(live.Changed[live.Channel]); ok && slices.Contains(calls, c.After.UniqueID) && c.After.BridgeID != "" {
				inside[c.After.UniqueID] = true
			}
		}
		w.agrees("inside", 2*len(calls))
		for _, id := range calls {
			c, ok := w.model.Call(id)
			if !ok || c.ID != id || len(c.Parties) != 1 || !c.Complete || len(c.Channels) != 2 {
				t.Fatalf("%s: the call %s is %v", where[id], id, c)
			}
			conference := ""
			for _, talk := range c.Conversations {
				conference += talk.Conference
			}
			if want := map[string]string{"ConfBridge": "6"}[where[id]]; conference != want {
				t.Errorf("%s: it talks in the conference %q, want %q", where[id], conference, want)
			}
		}
		for {
			if c, ok := w.model.View().Conference("6"); ok && len(c.Participants) == 2 {
				if want := calls[4:]; !slices.Equal(slices.Sorted(slices.Values(c.Calls)), slices.Sorted(slices.Values(want))) {
					t.Errorf("the conference has the calls %q, want %q", c.Calls, want)
				}
				break
			}
			if _, err := changes.Next(ctx); err != nil {
				t.Fatal(err)
			}
		}
		hangUpAll(t, ctx, w)
		w.agrees("after", 0)
	})
}

// A user without the rights, and a server without the module, have no such part, and it says why.
func TestLiveRoomsAbsent(t *testing.T) {
	server := lab.Start(t, lab.Versions()[0], &lab.Config{Users: []lab.User{{Name: "lister", Read: "call", Write: "reporting"}, {Name: "caller", Read: "call", Write: "call"}},
		Append: map[string]string{"modules.conf": "noload => res_parking.so\n"}})
	for _, test := range []struct {
		user                string
		conference, parking string // what is missing; empty for nothing
	}{
		{"all", "", "module res_parking"},
		{"lister", "", "write=call"},
		{"caller", "write=reporting, and the module app_confbridge", "Invalid/unknown command"},
		{"nocall", "read=call", "read=call"},
	} {
		login := server.User(test.user)
		client, err := ami.Connect(t.Context(), server.AMI(), &ami.Config{Username: login.Name, Secret: login.Secret})
		if err != nil {
			t.Fatal(err)
		}
		m, err := live.Watch(t.Context(), client, &live.Config{Parts: roomParts, Recheck: -1})
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range m.Parts() {
			missing, mine := map[live.PartName]string{live.PartConferences: test.conference, live.PartParking: test.parking}[part.Name]
			if mine && (part.Complete != (missing == "") || part.Absent == part.Complete || !strings.Contains(part.String(), missing)) {
				t.Errorf("%s: %v, want that it lacks %q", test.user, part, missing)
			}
		}
		text, err := m.View().MarshalJSON()
		if has := strings.Contains(string(text), `"Conferences":[]`); err != nil || has != (test.conference == "") || strings.Contains(string(text), "Parking") {
			t.Errorf("%s sees %s, %v", test.user, text, err)
		}
		_ = m.Close()
		_ = client.Close()
	}
}
