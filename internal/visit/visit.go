// Package visit places calls that AGI serves on a real Asterisk, for tests: it is the caller, who presses keys and hangs
// up, and hears over AMI how the call ended.
package visit

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

const patience = time.Minute

// Call says how to place a call.
type Call struct {
	Extension string // of the context served in package lab; empty: live, which answers and then runs AGI
	Target    string // what AGI gets
	CallerID  string
	Variables []asterisk.Variable // of the channel that AGI serves
}

// Visit is a call that was placed. It takes events in their order, so that one goroutine should do all of it.
type Visit struct {
	Client *ami.Client
	sub    *event.Subscription
}

// End is how a call ended.
type End struct {
	Status string // AGISTATUS
	Async  string // ASYNCAGI_STATUS
	Result string // the channel variable RESULT
}

// Enter places a call. It ends with the test.
func Enter(t testing.TB, s *lab.Server, call Call) *Visit {
	t.Helper()
	s.RequireOwn(t) // for its dialplan
	user := s.User("all")
	client, err := ami.Connect(t.Context(), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	id := "visit-" + rand.Text()
	filter := event.And(event.Named("AGIExecStart", "UserEvent"), event.Where("Linkedid", id))
	v := &Visit{Client: client, sub: client.Subscribe(filter, nil)}
	t.Cleanup(v.sub.Close)
	if call.Extension == "" {
		call.Extension = "live"
	}
	_, err = ami.Originate(t.Context(), client, action.Originate{
		Channel: "Local/" + call.Extension + "@served/n", ChannelID: id, Application: "Wait", Data: "60",
		CallerID: call.CallerID, Variables: append(call.Variables, asterisk.Variable{Name: "__TARGET", Value: call.Target}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Await waits until the handler's next command that begins with these words runs, and returns it.
func (v *Visit) Await(t testing.TB, words string) event.AGIExecStart {
	t.Helper()
	start, _ := v.next(t, words, func(ev event.Event) bool {
		e, ok := ev.(event.AGIExecStart)
		return ok && strings.HasPrefix(e.Command, words)
	}).(event.AGIExecStart)
	return start
}

// Event waits for the next UserEvent of that name.
func (v *Visit) Event(t testing.TB, name string) event.Event {
	t.Helper()
	return v.next(t, "UserEvent "+name, func(ev event.Event) bool { return ev.Fields().Get("UserEvent") == name })
}

func (v *Visit) next(t testing.TB, what string, is func(event.Event) bool) event.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for ev := range v.sub.All(ctx) {
		if is(ev) {
			return ev
		}
	}
	t.Fatalf("waited for %s: %v, %v", what, context.Cause(ctx), v.sub.Err())
	return nil
}

// Press waits for a command that begins with these words, and then presses keys.
func (v *Visit) Press(t testing.TB, words, digits string) {
	t.Helper()
	caller := strings.TrimSuffix(v.Await(t, words).Channel, "2") + "1" // the other half of the Local channel
	for _, digit := range digits {
		press := action.PlayDTMF{Channel: caller, Digit: string(digit), Duration: 50 * time.Millisecond}
		if _, err := v.Client.Do(t.Context(), press); err != nil {
			t.Fatal(err)
		}
	}
}

// HangUp waits for a command that begins with these words, and then ends the channel that the handler serves.
func (v *Visit) HangUp(t testing.TB, words string) {
	t.Helper()
	v.hangUp(t, v.Await(t, words).Channel)
}

// HangUpAt is HangUp for a UserEvent.
func (v *Visit) HangUpAt(t testing.TB, name string) {
	t.Helper()
	v.hangUp(t, v.Event(t, name).Fields().Get("Channel"))
}

func (v *Visit) hangUp(t testing.TB, channel string) {
	t.Helper()
	if _, err := v.Client.Do(t.Context(), action.Hangup{Channel: channel}); err != nil {
		t.Fatal(err)
	}
}

// End waits until the handler's channel is about to end.
func (v *Visit) End(t testing.TB) End {
	t.Helper()
	fields := v.Event(t, "Done").Fields()
	result, err := base64.StdEncoding.DecodeString(fields.Get("Result"))
	if err != nil {
		t.Fatal(err)
	}
	return End{fields.Get("Status"), fields.Get("Async"), string(result)}
}
