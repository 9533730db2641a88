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

// environment is a whole one, as Asterisk encodes it.
func environment(name, id, language string) string {
	return encode("agi_request: async\nagi_channel: " + name + "\nagi_language: " + language + "\nagi_type: Local\nagi_uniqueid: " + id +
		"\nagi_version: 22.10.1\nagi_callerid: 1\nagi_calleridname: x\nagi_callingpres: 0\nagi_callingani2: 0\nagi_callington: 0\n" +
		"agi_callingtns: 0\nagi_dnid: unknown\nagi_rdnis: unknown\nagi_context: x\nagi_extension: 1\nagi_priority: 1\nagi_enhanced: 0.0\n" +
		"agi_accountcode: \nagi_threadid: 140\n\n")
}

// write emits an event with the name and the Uniqueid of a channel, which a stranger has written as a whole.
func (p *pbx) write(event, name, id string, more ...string) {
	p.emit(append([]string{"Event", event, "Privilege", "agi,all", "Channel", name, "ChannelState", "6", "Language", "en", "Uniqueid", id, "Linkedid", id}, more...)...)
}

// wholes are starts, and ends before them, that a stranger writes about the victim's call.
var wholes = map[string]func(p *pbx){
	"a start": func(p *pbx) {
		p.write("AsyncAGIStart", victimName, victim, "Env", environment(victimName, victim, "en"))
	},
	"a start that is cut": func(p *pbx) {
		p.write("AsyncAGIStart", victimName, victim, "Env", environment(victimName, victim, "en")[:400])
	},
	"a start with another's id":   func(p *pbx) { p.write("AsyncAGIStart", victimName, "2.2", "Env", environment(victimName, "2.2", "en")) },
	"a start with another's name": func(p *pbx) { p.write("AsyncAGIStart", "x", victim, "Env", environment("x", victim, "en")) },
	"a start behind an end": func(p *pbx) {
		p.write("AsyncAGIEnd", victimName, victim)
		p.write("AsyncAGIStart", victimName, victim, "Env", environment(victimName, victim, "en"))
	},
	"a start behind a hangup, later": func(p *pbx) {
		p.write("Hangup", victimName, victim, "Cause", "16")
		<-time.After(time.Second)
		p.write("AsyncAGIStart", victimName, victim, "Env", environment(victimName, victim, "en"))
	},
	"a start behind a start": func(p *pbx) {
		for range 100 {
			p.write("AsyncAGIStart", victimName, victim, "Env", environment(victimName, victim, "en"))
		}
	},
	"a language": func(p *pbx) {
		p.write("AsyncAGIStart", "PJSIP/t-2", "2.2", "Env", environment("PJSIP/t-2", "2.2", "x\nagi_type: Local\nagi_uniqueid: "+victim+"\nagi_version: 1\nagi_callerid: 1"))
	},
	"a language, with a Uniqueid": func(p *pbx) {
		p.write("AsyncAGIStart", "PJSIP/t-2", "2.2", "Uniqueid", victim, "Env",
			environment("PJSIP/t-2", "2.2", "x\nagi_type: Local\nagi_uniqueid: "+victim+"\nagi_version: 1\nagi_callerid: 1"))
	},
}

// A start that a stranger has written as a whole ends no session, and runs no handler on its channel.
func TestWholeStart(t *testing.T) {
	for name, attack := range wholes {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				pbx, began, over := newPBX(t), make(chan string, 200), make(chan error, 200)
				pbx.serve(t, &asyncagi.Server{Logger: slog.New(slog.NewTextHandler(&log, nil)), Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
					began <- s.Env.Channel
					<-ctx.Done()
					over <- context.Cause(ctx)
					return nil
				})}, pbx.connect(t))
				own := pbx.start(victim)
				<-began
				attack(pbx)
				<-time.After(time.Minute)
				synctest.Wait()
				for range len(began) {
					if name := <-began; name == victimName || name == "PJSIP/t-2" && strings.Contains(t.Name(), "language") {
						t.Errorf("a handler began for %s", name)
					}
				}
				if len(over) > 0 || len(own.commands) > 0 {
					t.Errorf("%d handlers ended, %d commands were sent to the victim", len(over), len(own.commands))
				}
				if n := strings.Count(log.String(), "\n"); n == 0 || n > 8 {
					t.Errorf("%d lines are logged, want a few: %s", n, log.String())
				}
				own.Hangup()
				if err := <-over; !errors.Is(err, agi.ErrHangup) {
					t.Errorf("the victim's handler saw %v, want a hangup", err)
				}
			})
		})
	}
}

// However many ends come that are none, a command waits for the answer about those before it alone.
func TestFalseEndsHoldNothingUp(t *testing.T) {
	for name, id := range map[string]string{"doubtful": "x", "whole": victimName} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pbx, took := newPBX(t), make(chan time.Duration, 1)
				pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(_ context.Context, s *agi.Session) error {
					<-time.After(time.Second)
					start := time.Now()
					_, err := s.Do(context.Background(), "NOOP")
					took <- time.Since(start)
					return err
				})}, pbx.connect(t))
				own := pbx.start(victim)
				flood := make(chan struct{})
				go func() { // ends after 30 s
					defer close(flood)
					for i := range 500 {
						other := id
						if id != victimName {
							other += strconv.Itoa(i)
						}
						pbx.write("Hangup", other, victim, "Cause", "16")
						<-time.After(60 * time.Millisecond)
					}
				}()
				receive(t, own, "NOOP")
				own.Reply("200 result=0")
				if d := <-took; d > time.Second {
					t.Errorf("the command took %v", d)
				}
				released := time.Now()
				if _, err := own.Receive(); !errors.Is(err, errEnded) || own.status != "SUCCESS" || time.Since(released) > time.Second {
					t.Errorf("released: %v, status %q after %v", err, own.status, time.Since(released))
				}
				<-flood
				own.Hangup()
			})
		})
	}
}

// Asterisk takes AGI:Async and commands in any case.
func TestAnyCase(t *testing.T) {
	for data, command := range map[string]string{"AGI:Async,x": "wait for digit", "30": "exec"} {
		t.Run(command, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pbx, over := newPBX(t), make(chan error, 1)
				pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
					_, err := s.Do(ctx, command, "Wait", "30")
					over <- err
					return err
				})}, pbx.connect(t))
				c := pbx.start(victim)
				if _, err := c.Receive(); err != nil {
					t.Fatal(err)
				}
				c.runs(data)
				c.emit("AsyncAGIEnd") // which is none
				<-time.After(time.Minute)
				synctest.Wait()
				if len(over) > 0 {
					t.Fatalf("the session has ended: %v", <-over)
				}
				c.Reply("200 result=0")
				if err := <-over; err != nil {
					t.Errorf("%s = %v", command, err)
				}
				_, _ = c.Receive()
			})
		})
	}
}
