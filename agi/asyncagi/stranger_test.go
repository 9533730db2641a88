package asyncagi_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
)

// victim is the call that strangers write about: its Uniqueid and name are
// what they can know.
const (
	victim     = "1.1"
	victimName = "Local/1@x-1.1"
)

// numbers are what strangers call from. Served says that their own call has its
// session; else its start is cut, and it is handed back to the dialplan.
var numbers = []struct {
	name, number string
	served       bool
}{
	{"a Uniqueid", "1\nUniqueid: " + victim, true},
	{"a Uniqueid with CR LF", "1\r\nUniqueid: " + victim + "\r", true},
	{"a name", "1\nChannel: " + victimName, true},
	{"an environment's Uniqueid", "1\nagi_uniqueid: " + victim, true},
	{"an extension", "1\nExten: h", true},
	{"a CommandID", "1\nCommandId: x", true},
	{"a result", "1\nResult: 200%20result%3D7%0A", true},
	{"an environment", "1\nEnv: x", true},
	{"an empty line", "1\n\nx", false},
	{"a tail", "1\nExten: 1\nUniqueid: " + victim + "\nLinkedid: " + victim + "\n\nEvent: x", false},
	{"an AsyncAGIEnd", "1\n\nEvent: AsyncAGIEnd\nChannel: " + victimName + "\nUniqueid: " + victim, false},
	{"an AsyncAGIEnd without a name", "1\n\nEvent: AsyncAGIEnd\nUniqueid: " + victim, false},
	{"an AsyncAGIEnd without a Uniqueid", "1\n\nEvent: AsyncAGIEnd\nChannel: " + victimName, false},
	{"a Hangup", "1\n\nEvent: Hangup\nChannel: " + victimName + "\nUniqueid: " + victim, false},
	{"an AsyncAGIStart", "1\n\nEvent: AsyncAGIStart\nChannel: " + victimName + "\nUniqueid: " + victim, false},
	{"a Rename", "1\n\nEvent: Rename\nChannel: " + victimName + "\nNewname: x\nUniqueid: " + victim, false},
}

// What a caller writes into his number ends no other call's handler, runs none
// on another's channel, and loses no call.
func TestStrangersNumber(t *testing.T) {
	for _, test := range numbers {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				pbx, began, over := newPBX(t), make(chan string, 10), make(chan error, 10)
				pbx.serve(t, &asyncagi.Server{Logger: slog.New(slog.NewTextHandler(&log, nil)), Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
					began <- s.Env.Channel
					r, err := s.Do(ctx, "NOOP", s.Env.Channel)
					if err == nil && r.Result != "0" {
						t.Errorf("the result of %s is %s, want 0", s.Env.Channel, r.Result)
					}
					if err == nil {
						<-ctx.Done()
						err = context.Cause(ctx)
					}
					over <- err
					return err
				})}, pbx.connect(t))
				own := pbx.start(victim)
				<-began
				receive(t, own, `NOOP "`+victimName+`"`)
				own.Reply("200 result=0")
				other := pbx.startFrom(test.number, "2.2")
				if test.served {
					if name := <-began; name != other.name {
						t.Errorf("a handler began for %s, want %s", name, other.name)
					}
					receive(t, other, `NOOP "`+other.name+`"`)
					other.Reply("200 result=0")
				} else if line, err := other.Receive(); !errors.Is(err, errEnded) || other.status != "FAILURE" {
					t.Errorf("the start that was cut: %q, %v, status %s, want it handed back", line, err, other.status)
				}
				other.emit("Newstate")
				other.Hangup()
				other.emit("Hangup", "Cause", "16")
				if test.served {
					if err := <-over; !errors.Is(err, agi.ErrHangup) {
						t.Errorf("the stranger's handler saw %v, want a hangup", err)
					}
				}
				<-time.After(time.Minute)
				synctest.Wait()
				if !test.served && !strings.Contains(log.String(), "text of a caller") {
					t.Errorf("logged %q, want what became of the call", log.String())
				}
				if len(over) > 0 || len(began) > 0 || len(own.commands) > 0 {
					t.Errorf("%d handlers ended, %d began, %d commands were sent to the other's channel", len(over), len(began), len(own.commands))
				}
				own.Hangup()
				if err := <-over; !errors.Is(err, agi.ErrHangup) {
					t.Errorf("the other's handler saw %v, want a hangup", err)
				}
			})
		})
	}
}

func receive(t *testing.T, c *channel, want string) {
	t.Helper()
	if line, err := c.Receive(); err != nil || line != want {
		t.Fatalf("Receive() = %q, %v, want %q", line, err, want)
	}
}

// A channel that takes the place of the one in AsyncAGI, as in an attended
// transfer, goes on with the session.
func TestTakesThePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, report := newPBX(t), make(chan ended, 1)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			for range 2 {
				if _, err := s.Do(ctx, "NOOP"); err != nil {
					t.Errorf("NOOP = %v", err)
				}
			}
			<-ctx.Done()
			report <- ended{context.Cause(ctx), nil}
			return nil
		})}, pbx.connect(t))
		c := pbx.start("1.1")
		receive(t, c, "NOOP")
		c.become("2.2", "PJSIP/2-2")
		c.Reply("200 result=0")
		receive(t, c, "NOOP")
		if got := c.last.Get("Channel"); got != "2.2" {
			t.Errorf("the next command was sent to %s, want 2.2", got)
		}
		c.Reply("200 result=0")
		pbx.emit("Event", "AsyncAGIEnd", "Privilege", "agi,all", "Channel", "Local/1@x-1.1", "Uniqueid", "1.1")
		pbx.emit("Event", "Hangup", "Privilege", "call,all", "Channel", "Local/1@x-1.1", "Uniqueid", "1.1")
		synctest.Wait()
		if len(report) > 0 {
			t.Error("the session ended with the channel that was there before")
		}
		c.Hangup()
		if got := <-report; !errors.Is(got.cause, agi.ErrHangup) {
			t.Errorf("the handler saw %v, want a hangup", got.cause)
		}
	})
}

// An end that is none holds commands up until Asterisk has answered, and no
// longer; one behind it counts.
func TestFalseEndThenARealOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, report := newPBX(t), make(chan error, 1)
		next := make(chan struct{})
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			<-next
			start := time.Now()
			_, err := s.Do(ctx, "NOOP")
			if took := time.Since(start); err != nil || took > time.Second {
				t.Errorf("NOOP = %v after %v", err, took)
			}
			<-ctx.Done()
			report <- context.Cause(ctx)
			return nil
		})}, pbx.connect(t))
		c := pbx.start(victim)
		synctest.Wait()
		c.emit("AsyncAGIEnd")
		synctest.Wait()
		close(next)
		receive(t, c, "NOOP")
		c.Reply("200 result=0")
		c.emit("AsyncAGIEnd")
		synctest.Wait()
		c.End() // while the one before is being asked about
		if err := <-report; errors.Is(err, agi.ErrHangup) || !strings.Contains(err.Error(), "has left") {
			t.Errorf("the handler saw %v, want that the channel has left", err)
		}
	})
}

// Another program's calls, and channels that are in no AsyncAGI, are left alone
// whatever a start says.
func TestFalseStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		pbx.serve(t, &asyncagi.Server{
			Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error { t.Error("a handler runs"); return nil }),
			Accept:  func(env agi.Env) bool { return len(env.Arguments) > 0 && env.Arguments[0] == "mine" },
		}, pbx.connect(t))
		theirs := pbx.start("1.1", "theirs")
		left := pbx.start("1.2", "theirs")
		left.End()
		for _, c := range []*channel{theirs, left} {
			pbx.emit("Event", "AsyncAGIStart", "Privilege", "agi,all", "Channel", c.name, "Uniqueid", c.id)
			pbx.emit("Event", "AsyncAGIStart", "Privilege", "agi,all", "Channel", c.name, "Env", encode("agi_request: async\nagi_channel: "+c.name+"\n\n"))
			pbx.emit("Event", "AsyncAGIStart", "Privilege", "agi,all", "Channel", "none", "Env", "%")
		}
		<-time.After(time.Minute)
		if n := len(theirs.commands) + len(left.commands); n > 0 {
			t.Errorf("%d commands were sent to channels of others", n)
		}
	})
}

// A flood of starts that are none costs Asterisk a bounded number of questions
// a second.
func TestQuestionsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		pbx.refuses["Getvar"] = "No such channel"
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error { return nil })}, pbx.connect(t))
		for i := range 500 {
			pbx.emit("Event", "AsyncAGIStart", "Privilege", "agi,all", "Channel", "x"+strconv.Itoa(i%100))
		}
		<-time.After(time.Second)
		synctest.Wait()
		pbx.mu.Lock()
		asked := pbx.asked
		pbx.mu.Unlock()
		if asked < 15 || asked > 25 {
			t.Errorf("%d questions in a second, want about 20", asked)
		}
		<-time.After(10 * time.Second)
		synctest.Wait()
		pbx.mu.Lock()
		defer pbx.mu.Unlock()
		if pbx.asked < 100 || pbx.asked > 110 { // a few may have been asked about before their last event
			t.Errorf("%d questions, want one for each channel", pbx.asked)
		}
	})
}
