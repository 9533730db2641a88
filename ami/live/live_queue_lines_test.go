package live_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// queuesConf has queues of several kinds. A member is Local/EXTEN@CONTEXT of the lab's dialplan.
const queuesConf = `[general]
persistentmembers = no
shared_lastcall = yes

[support]
strategy = ringall
timeout = 2
retry = 1
joinempty = yes
ringinuse = yes
wrapuptime = 0
member => Local/delayed@outcome/n,0,Ann
member => Local/busy@outcome/n,1,Cem

[sales]
strategy = random
timeout = 1
retry = 1
joinempty = yes
ringinuse = yes
wrapuptime = 5
member => Local/answer-short@outcome/n,0,Dan
member => Local/noanswer@outcome/n,0,Eva

[night]
strategy = leastrecent
joinempty = yes
`

// eachQueues runs a test on a server of its own of each version, with these queues.
func eachQueues(t *testing.T, test func(t *testing.T, s *lab.Server)) {
	t.Parallel()
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			test(t, lab.Start(t, v, &lab.Config{Files: map[string]string{"queues.conf": queuesConf}}))
		})
	}
}

// queueLines are what QueueStatus tells, as text: all of it, or what events keep true. Stable is false while calls come and go.
func queueLines(q *live.Queue, members []*live.QueueMember, callers []*live.QueueCaller, all bool) (lines []string) {
	add := func(format string, values ...any) { lines = append(lines, fmt.Sprintf(format, values...)) }
	add("queue %s", q.Name)
	if all {
		add("queue %s %s max %d weight %d level %v hold %v talk %v completed %d abandoned %d perf %.1f %.1f", q.Name, q.Strategy, q.Max, q.Weight,
			q.ServiceLevel, q.HoldTime, q.TalkTime, q.Completed, q.Abandoned, q.ServiceLevelPerf, q.ServiceLevelPerf2)
	}
	for i, c := range callers {
		add("queue %s caller %d %s %s %q %q %q %q", q.Name, i+1, c.UniqueID, c.Channel, c.CallerIDNum, c.CallerIDName, c.ConnectedLineNum, c.ConnectedLineName)
		if all {
			add("queue %s caller %d priority %d", q.Name, i+1, c.Priority)
		}
	}
	for _, m := range members {
		membership := strings.Replace(m.Membership, "realtime", "static", 1) // which the list calls both
		add("queue %s member %s %q %s %s penalty %d %v paused %t %q %d login %d", q.Name, m.Interface, m.Name, m.StateInterface, membership, m.Penalty,
			m.Status, m.Paused, m.PausedReason, m.LastPause.Unix(), m.LoginTime.Unix())
		if all {
			add("queue %s member %s in call %t", q.Name, m.Interface, m.InCall) // while nobody calls
			add("queue %s member %s taken %d last %d", q.Name, m.Interface, m.CallsTaken, m.LastCall.Unix())
		}
	}
	return lines
}

// shownQueues is what the model has.
func (w watched) shownQueues(all bool) (lines []string) {
	v := w.model.View()
	for q := range v.Queues() {
		members := slices.Collect(v.Members(q.Name))
		if all { // the queue's wrap-up aside, which the list does not tell
			for _, m := range members {
				lines = append(lines, fmt.Sprintf("queue %s member %s wrap-up %v", q.Name, m.Interface, m.WrapupTime))
			}
		}
		lines = append(lines, queueLines(q, members, slices.Collect(v.Callers(q.Name)), all)...)
	}
	slices.Sort(lines)
	return lines
}

// listedQueues is what another connection lists.
func (w watched) listedQueues(ctx context.Context, all bool) (lines []string) {
	w.t.Helper()
	queues, err := ami.Queues(ctx, w.other, action.QueueStatus{})
	if err != nil {
		w.fatal(err)
	}
	for _, q := range queues {
		p := q.Params
		shown := &live.Queue{Name: p.Queue, Strategy: p.Strategy, Max: p.Max, Weight: p.Weight, ServiceLevel: p.ServiceLevel, HoldTime: p.HoldTime,
			TalkTime: p.TalkTime, Completed: p.Completed, Abandoned: p.Abandoned, ServiceLevelPerf: p.ServiceLevelPerf, ServiceLevelPerf2: p.ServiceLevelPerf2}
		var members []*live.QueueMember
		for _, m := range q.Members {
			members = append(members, &live.QueueMember{Queue: m.Queue, Interface: m.Location, Name: m.Name, StateInterface: m.StateInterface,
				Membership: m.Membership, Penalty: m.Penalty, Status: m.Status, Paused: m.Paused, PausedReason: m.PausedReason, LastPause: m.LastPause,
				LoginTime: m.LoginTime, InCall: m.InCall, CallsTaken: m.CallsTaken, LastCall: m.LastCall})
			if wrapup := m.WrapupTime; all {
				if wrapup == 0 && m.Queue == "sales" {
					wrapup = 5 * time.Second
				}
				lines = append(lines, fmt.Sprintf("queue %s member %s wrap-up %v", m.Queue, m.Location, wrapup))
			}
		}
		var callers []*live.QueueCaller
		for _, e := range q.Entries {
			callers = append(callers, &live.QueueCaller{UniqueID: e.UniqueID, Channel: e.Channel, CallerIDNum: e.CallerIDNum, CallerIDName: e.CallerIDName,
				ConnectedLineNum: e.ConnectedLineNum, ConnectedLineName: e.ConnectedLineName, Priority: e.Priority})
		}
		lines = append(lines, queueLines(shown, members, callers, all)...)
	}
	slices.Sort(lines)
	return lines
}

// queuesAgree waits until the model is what the other connection lists: what events keep true, or all of it.
func (w watched) queuesAgree(what string, all bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		if all {
			if err := w.model.Refresh(ctx, live.PartQueues); err != nil && ctx.Err() == nil {
				w.fatal(what, ": Refresh: ", err)
			}
		}
		want, got := w.listedQueues(w.t.Context(), all), w.shownQueues(all)
		if slices.Equal(want, got) {
			return
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			extra := slices.DeleteFunc(slices.Clone(got), func(line string) bool { return slices.Contains(want, line) })
			lacks := slices.DeleteFunc(want, func(line string) bool { return slices.Contains(got, line) })
			w.fatal(fmt.Sprintf("%s: the model has\n  %s\nand the list\n  %s", what, strings.Join(extra, "\n  "), strings.Join(lacks, "\n  ")))
		}
	}
}

// listed is when QueueStatus was run last.
func (w watched) queuesListed() time.Time {
	parts := w.model.Parts()
	i := slices.IndexFunc(parts, func(p live.Part) bool { return p.Name == live.PartQueues })
	return parts[i].Listed
}

// enqueue has a Local channel wait in a queue, and returns its Uniqueid.
func (w watched) enqueue(ctx context.Context, queue string) string {
	w.t.Helper()
	call, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/answer@outcome/n", Application: "Queue", Data: queue + ",,,,120"})
	if err != nil {
		w.t.Fatal(err)
	}
	return call.ChannelID()
}

// awaitChange waits for a change of an object.
func awaitChange[T live.Object](ctx context.Context, t *testing.T, changes *live.Subscription, what string, is func(live.Changed[T]) bool) *T {
	t.Helper()
	for {
		change, err := changes.Next(ctx)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if c, ok := change.(live.Changed[T]); ok && is(c) {
			return c.After
		}
	}
}
