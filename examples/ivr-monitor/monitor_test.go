package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func after(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

func TestRecords(t *testing.T) {
	caller := live.Party{ID: "1.1", UniqueID: "1.1", Number: "4930123", Left: after(40), Cause: asterisk.CauseNormalClearing}
	member := live.Party{ID: "1.2", UniqueID: "1.2", Left: after(30)}
	for _, test := range []struct {
		name  string
		ended time.Time
		visit live.QueueVisit
		want  record
	}{
		{"answered", after(40), live.QueueVisit{Queue: "support", Joined: after(5), Left: after(10), Answered: after(12), Member: "1.2", MemberName: "Ann", Interface: "PJSIP/101"},
			record{Queue: "support", Waited: 7, AnsweredBy: "Ann", Talked: 18, Outcome: outcomeAnswered}},
		{"abandoned", after(40), live.QueueVisit{Queue: "support", Joined: after(5), Left: after(10), Abandoned: true},
			record{Queue: "support", Waited: 5, Outcome: outcomeAbandoned}},
		{"timed out", after(40), live.QueueVisit{Queue: "support", Joined: after(5), Left: after(10)},
			record{Queue: "support", Waited: 5, Outcome: outcomeLeft}},
		{"in the menu", after(40), live.QueueVisit{}, record{Outcome: outcomeNotQueued}},
		{"goes on", time.Time{}, live.QueueVisit{Queue: "support", Joined: after(5)}, record{Queue: "support", Outcome: outcomeGoesOn}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &live.Call{ID: "1.1", From: live.Caller{Number: "4930123"}, Recordings: []live.Recording{{File: "a.wav"}, {}}, Parties: []live.Party{caller, member}, To: "800", Began: noon, Ended: test.ended, Cause: asterisk.CauseNormalClearing, Complete: true}
			if test.visit.Queue != "" {
				c.Queues = []live.QueueVisit{{Queue: "first"}, test.visit}
			}
			got, want := *newRecord(c), test.want
			if got.Queue != want.Queue || got.Waited != want.Waited || got.AnsweredBy != want.AnsweredBy || got.Talked != want.Talked || got.Outcome != want.Outcome {
				t.Errorf("the record is %+v, want %+v", got, want)
			}
			if got.Dialled != "800" || got.From != "4930123" || got.Recording != "a.wav" || got.Cause != "normal clearing" || !got.Complete || got.Began != noon || got.Ended != test.ended {
				t.Errorf("the record is %+v", got)
			}
		})
	}
}

// monitored runs a test with a monitor of a fake PBX, in a bubble of synctest, and returns the records.
func monitored(t *testing.T, test func(t *testing.T, m *monitor, srv *amitest.Server)) (records []string) {
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.Handle("BridgeList", func(p *amitest.Peer, a amitest.Action) { p.List(a, "BridgeListComplete") })
			p.Handle("Status", func(p *amitest.Peer, a amitest.Action) { p.List(a, "StatusComplete") })
			p.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No such channel") })
			p.Login()
			p.Serve()
		})
		client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		model, err := live.Watch(t.Context(), client, &live.Config{Parts: []live.PartName{live.PartCalls}, Recheck: -1})
		if err != nil {
			t.Fatal(err)
		}
		defer model.Close()
		var out bytes.Buffer
		m := newMonitor(model, &out)
		test(t, m, srv)
		m.close()
		if err := m.report(t.Context(), "1.0", nil); err == nil {
			t.Error("a monitor that was closed takes a report")
		}
		for line := range strings.Lines(out.String()) {
			var r record
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			records = append(records, strings.Join(append([]string{r.Call, string(r.Outcome), r.Cause}, r.Choices...), "|"))
		}
		slices.Sort(records)
	})
	return records
}

// emit sends an event of the channel with a Uniqueid, and lets it take effect. The fields more come last, but for those of a bridge.
func emit(srv *amitest.Server, name, id, linked string, more ...string) {
	var fields []string
	if name == "BridgeEnter" {
		fields, more = more, nil
	}
	fields = append(append([]string{"Event", name, "Privilege", "call,all"}, fields...), "Channel", "PJSIP/trunk-"+id, "ChannelState", "4", "ChannelStateDesc", "Ring",
		"CallerIDNum", "4930123", "CallerIDName", "<unknown>", "ConnectedLineNum", "<unknown>", "ConnectedLineName", "<unknown>", "Language", "en",
		"AccountCode", "", "Context", "inbound", "Exten", "800", "Priority", "1", "Uniqueid", id, "Linkedid", linked)
	srv.Emit(append(fields, more...)...)
	synctest.Wait()
}

func hangUp(srv *amitest.Server, id, cause string) {
	emit(srv, "Hangup", id, id, "Cause", cause, "Cause-txt", "")
}

// A report may come before the events of its channel, after them, after its end, and for a channel that there is not.
func TestMonitor(t *testing.T) {
	got := monitored(t, func(t *testing.T, m *monitor, srv *amitest.Server) {
		report := func(id string, choices ...string) {
			t.Helper()
			if err := m.report(t.Context(), id, choices); err != nil {
				t.Error(err)
			}
			synctest.Wait()
		}
		report("1.1")
		report("1.1", "1", "2")
		for _, id := range []string{"1.1", "1.2", "1.3", "1.4"} {
			emit(srv, "Newchannel", id, id)
		}
		hangUp(srv, "1.3", "16")
		report("1.2")
		report("1.3", "2")
		report("1.4", "1")
		hangUp(srv, "1.1", "16")
		hangUp(srv, "1.2", "17")
		report("1.9", "1")
		<-time.After(time.Minute) // there is no such channel
		m.mu.Lock()
		defer m.mu.Unlock()
		if len(m.visits) != 1 || len(m.calls) != 1 {
			t.Errorf("kept are %d visits and %d calls, want those of the call that goes on", len(m.visits), len(m.calls))
		}
	})
	want := []string{"1.1|not queued|normal clearing|1|2", "1.2|not queued|user busy", "1.3|not queued|normal clearing|2", "1.4|goes on||1"}
	if !slices.Equal(got, want) {
		t.Errorf("the records are %q, want %q", got, want)
	}
}

// A call that becomes part of another one takes along what was reported of it.
func TestMonitorOfTwoCallsThatBecomeOne(t *testing.T) {
	got := monitored(t, func(t *testing.T, m *monitor, srv *amitest.Server) {
		for _, id := range []string{"1.1", "1.2"} {
			emit(srv, "Newchannel", id, id)
			if err := m.report(t.Context(), id, []string{id[2:]}); err != nil {
				t.Error(err)
			}
			synctest.Wait()
		}
		bridge := []string{"BridgeUniqueid", "b", "BridgeType", "basic", "BridgeTechnology", "simple_bridge", "BridgeCreator", "<unknown>", "BridgeName", "<unknown>",
			"BridgeNumChannels", "1", "BridgeVideoSourceMode", "none"}
		emit(srv, "BridgeEnter", "1.1", "1.1", bridge...)
		emit(srv, "BridgeEnter", "1.2", "1.1", bridge...)
		hangUp(srv, "1.1", "16")
		hangUp(srv, "1.2", "16")
	})
	if want := []string{"1.1|not queued|normal clearing|1|2"}; !slices.Equal(got, want) {
		t.Errorf("the records are %q, want %q", got, want)
	}
}
