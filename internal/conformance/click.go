package conformance

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/transport"
)

// ClickMask is the EventMask of recorded click-to-calls.
const ClickMask = "call"

// Told is what Progress and Wait have told of a call, as a text.
func Told(steps []ami.Progress, outcome ami.Outcome) string {
	var text strings.Builder
	for _, p := range steps {
		fmt.Fprintf(&text, "%v", p)
		if p.DialStatus != "" {
			fmt.Fprintf(&text, ", %s", p.DialStatus)
		}
		if p.Forward != "" {
			fmt.Fprintf(&text, ", forwarded to %s", p.Forward)
		}
		text.WriteByte('\n')
	}
	return fmt.Sprintf("%soutcome: %v\n", text.String(), outcome)
}

// ReplayClick plays a click-to-call that was recorded from a real server, and compares what is
// told of it. The call is the one that was recorded; if the program hung up, it does so
// when the last channel that has rung rings.
func ReplayClick(t *testing.T, transcript []byte, want string) {
	t.Helper()
	played, err := amitest.ReadTranscript(bytes.NewReader(transcript))
	if err != nil {
		t.Fatal(err)
	}
	a, hangsUp := recordedOriginate(t, played)
	server := amitest.NewServer(played.Script())
	ctx := deadline(t, time.Minute)
	conn, err := ami.Dial(ctx, server.Addr(), &ami.Config{Username: "all", Secret: "another", EventMask: ClickMask, Dial: server.Dial})
	if err != nil {
		t.Fatalf("Dial = %v; %v", err, server.Err())
	}
	got := tellClick(t, ctx, conn, a, func(p ami.Progress) bool {
		return hangsUp && p.State == ami.ProgressRinging && strings.LastIndex(want, " ringing ") == strings.LastIndex(want, fmt.Sprintf(" ringing %s", p.Channel))
	})
	_ = conn.Close()
	if err := server.Close(); err != nil {
		t.Errorf("the replayer: %v", err)
	}
	if byChannel(got) != byChannel(want) {
		t.Errorf("told\n%swant\n%s", got, want)
	}
}

// byChannel puts the steps of each channel together. Those of two channels that are dialled at once
// have no order: a state is told by several events, and which of them comes to the loop is a matter of time.
func byChannel(told string) string {
	steps := strings.SplitAfter(told, "\n")
	slices.SortStableFunc(steps, func(a, b string) int { return strings.Compare(channelIn(a), channelIn(b)) })
	return strings.Join(steps, "")
}

// channelIn is the name of the channel in a step, "" where there is none.
func channelIn(step string) string {
	for word := range strings.FieldsSeq(step) {
		if strings.Contains(word, "/") {
			return strings.TrimRight(word, ":,")
		}
	}
	return ""
}

// tellClick makes a call, and hangs up at a step.
func tellClick(t *testing.T, ctx context.Context, s ami.Session, a action.Originate, hangUp func(ami.Progress) bool) string {
	call, err := ami.Originate(ctx, s, a)
	if err != nil {
		return fmt.Sprintf("refused: %v\n", err)
	}
	var steps []ami.Progress
	for p, err := range call.Progress(ctx) {
		if err != nil {
			t.Errorf("%v after %v", err, steps)
			break
		}
		if steps = append(steps, p); hangUp(p) {
			if err := call.Hangup(ctx); err != nil {
				t.Error(err)
			}
		}
	}
	outcome, err := call.Wait(ctx)
	if err != nil {
		t.Error(err)
	}
	return Told(steps, outcome)
}

// recordedOriginate is the Originate of a transcript, and whether a Hangup followed it.
func recordedOriginate(t *testing.T, played *amitest.Transcript) (a action.Originate, hangsUp bool) {
	t.Helper()
	var sent strings.Builder
	for _, line := range played.Connections[0] {
		if line.Client {
			sent.WriteString(line.Text)
		}
	}
	for message := range strings.SplitSeq(sent.String(), "\r\n\r\n") {
		fields := transport.ParseFields(message)
		switch fields.Get("Action") {
		case "Hangup":
			hangsUp = true
		case "Originate":
			timeout, _ := strconv.Atoi(fields.Get("Timeout"))
			a = action.Originate{Channel: fields.Get("Channel"), Context: fields.Get("Context"), Exten: fields.Get("Exten"),
				Timeout: time.Duration(timeout) * time.Millisecond}
		}
	}
	if a.Channel == "" {
		t.Fatal("the transcript has no Originate")
	}
	return a, hangsUp
}
