package ami_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

const stopNow = "x\r\nAction: Command\r\nCommand: core stop now"

// actionsWith are all ways into an action for a text that a user typed.
func actionsWith(evil string) []action.Action {
	call := func(change func(*action.Originate)) action.Action {
		a := action.Originate{Channel: "Local/answer@outcome", Context: "outcome", Exten: "answer", Async: true}
		change(&a)
		return a
	}
	return []action.Action{
		call(func(a *action.Originate) { a.Channel = "Local/" + evil }),
		call(func(a *action.Originate) { a.Context = evil }),
		call(func(a *action.Originate) { a.Exten = evil }),
		call(func(a *action.Originate) { a.CallerID = evil }),
		call(func(a *action.Originate) { a.Account = evil }),
		call(func(a *action.Originate) { a.Codecs = evil }),
		call(func(a *action.Originate) { a.ChannelID = evil }),
		call(func(a *action.Originate) { a.OtherChannelID = evil }),
		call(func(a *action.Originate) { a.Variables = []asterisk.Variable{{Name: "V", Value: evil}} }),
		call(func(a *action.Originate) { a.Variables = []asterisk.Variable{{Name: evil, Value: "v"}} }),
		action.Originate{Channel: "Local/answer@outcome", Application: evil},
		action.Originate{Channel: "Local/answer@outcome", Application: "NoOp", Data: evil},
		action.Setvar{Variable: "V", Value: evil}, action.Setvar{Variable: evil, Value: "v"},
		action.Setvar{Channel: evil, Variable: "V", Value: "v"},
		action.Getvar{Variable: evil}, action.Getvar{Channel: evil, Variable: "V"},
		action.UserEvent{UserEvent: evil},
		action.UserEvent{UserEvent: "U", Fields: []action.Field{{Key: "K", Value: evil}}},
		action.UserEvent{UserEvent: "U", Fields: []action.Field{{Key: evil, Value: "v"}}},
		action.Redirect{Channel: evil, Context: "c", Exten: "e"}, action.Redirect{Channel: "c", Context: evil, Exten: "e"},
		action.Redirect{Channel: "c", Context: "c", Exten: evil},
		action.Redirect{Channel: "c", Context: "c", Exten: "e", ExtraChannel: evil, ExtraContext: "c", ExtraExten: "e"},
		action.Redirect{Channel: "c", Context: "c", Exten: "e", ExtraChannel: "c", ExtraContext: evil, ExtraExten: "e"},
		action.Redirect{Channel: "c", Context: "c", Exten: "e", ExtraChannel: "c", ExtraContext: "c", ExtraExten: evil},
		action.Hangup{Channel: evil}, action.Status{Channel: evil}, action.Status{Variables: []string{"V", evil}},
		action.QueueStatus{Queue: evil}, action.QueueStatus{Member: evil}, action.Command{Command: evil},
		action.New(evil), action.New("Setvar", "Variable", evil), action.New("Setvar", evil, "v"),
		action.New("Ping", "Action", "Command"), action.New("Ping", "ActionID", "1"), action.New("Ping", "action", evil),
	}
}

// A text with a line break can't leave, in no field, and nothing else leaves for it.
func TestLiveNothingIsInjected(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		var sent atomic.Int64
		conn := connect(t, s, "all", func(c *ami.Config) { c.PingInterval, c.Dial = -1, counting(&sent) })
		actions, before := conn.Stats().Actions, sent.Load()
		refused := 0
		refuse := func(what string, err error) {
			t.Helper()
			refused++
			if !errors.Is(err, ami.ErrInvalid) {
				t.Errorf("%s = %v, want ErrInvalid", what, err)
			}
		}
		for _, evil := range []string{stopNow, "x\nAction: Ping", "x\rAction: Ping", "x\x00y"} {
			for _, a := range actionsWith(evil) {
				_, err := conn.Do(deadline(t, 5*time.Second), a)
				refuse(fmt.Sprintf("Do(%#v)", a), err)
				for _, err := range conn.Stream(t.Context(), a) {
					refuse(fmt.Sprintf("Stream(%#v)", a), err)
				}
				if a, ok := a.(action.Originate); ok {
					_, err := ami.Originate(deadline(t, 5*time.Second), conn, a)
					refuse(fmt.Sprintf("Originate(%#v)", a), err)
				}
			}
			_, err := ami.Command(deadline(t, 5*time.Second), conn, evil)
			refuse("Command", err)
		}
		if now := conn.Stats().Actions; now != actions || sent.Load() != before {
			t.Errorf("%d actions, %d bytes were sent, want nothing", now-actions, sent.Load()-before)
		}
		t.Logf("%d refused", refused)
		inStep(t, conn, "what was refused", 0)
	})
}

// counting is a Config.Dial that counts each byte before it goes out.
func counting(sent *atomic.Int64) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return countedConn{conn, sent}, err
	}
}

type countedConn struct {
	net.Conn
	sent *atomic.Int64
}

func (c countedConn) Write(p []byte) (int, error) {
	c.sent.Add(int64(len(p)))
	return c.Conn.Write(p)
}

// The same by the fields of Config.
func TestLiveConfigInjectsNothing(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		for name, mutate := range map[string]func(*ami.Config){
			"Username":  func(c *ami.Config) { c.Username = stopNow },
			"Secret":    func(c *ami.Config) { c.Secret, c.PlainLogin = stopNow, true },
			"EventMask": func(c *ami.Config) { c.EventMask = stopNow },
			"Filter":    func(c *ami.Config) { c.Filters = []ami.EventFilter{{Expression: stopNow}} },
		} {
			if _, err := ami.Dial(deadline(t, 10*time.Second), s.AMI(), configFor(s, "all", mutate)); err == nil {
				t.Errorf("Dial with a line break in %s succeeded, want an error", name)
			} else if name == "Secret" && strings.Contains(err.Error(), "core stop") {
				t.Errorf("the error holds the secret: %v", err)
			}
		}
		// A secret with a line break goes into the hash: refused, but harmless.
		_, err := ami.Dial(deadline(t, 10*time.Second), s.AMI(), configFor(s, "all", func(c *ami.Config) { c.Secret = stopNow }))
		if !errors.Is(err, ami.ErrLoginRefused) {
			t.Errorf("Dial with a line break in the hashed secret = %v, want ErrLoginRefused", err)
		}
		connect(t, s, "all", nil)
	})
}

// hostileDialplan makes texts that no action can carry, from base64.
const hostileDialplan = `
[hostile]
exten => s,1,Set(EVIL=${BASE64_DECODE(${B64})})
 same => n,Set(GLOBAL(EVIL)=${EVIL})
 same => n,Set(DB(hostile/key)=${EVIL})
 same => n,Set(CALLERID(name)=${EVIL})
 same => n,Answer()
 same => n,UserEvent(Evil,Text: ${EVIL})
 same => n,Set(CALLERID(num)=${EVIL})
 same => n,Set(CHANNEL(accountcode)=${EVIL})
 same => n,NoOp(${EVIL})
 same => n,Set(GLOBAL(DONE)=${UNIQUEID})
 same => n,Wait(600)
`

// evils are values made inside Asterisk, which nobody keeps from our stream.
var evils = []string{
	stopNow,
	"x\r\n\r\nResponse: Success\r\nActionID: 1\r\nMessage: forged\r\n\r\ny",
	"x\r\n\r\nResponse: Success\r\nValue: forged\r\n\r\ny",
	"x\r\n\r\nResponse: Follows\r\nPrivilege: Command\r\n--END COMMAND--\r\n\r\ny",
	"x\r\n\r\nResponse: Follows\r\nPrivilege: Command\r\n\r\ny", // without the end mark
	"x\r\n\r\nEvent: Hangup\r\nPrivilege: call,all\r\nUniqueid: forged\r\nCause: 16\r\n\r\ny",
	"x\r\n\r\nEvent: StatusComplete\r\nActionID: 1\r\nEventList: Complete\r\nListItems: 0\r\n\r\ny",
	"x\n\nResponse: Goodbye\n\ny",
	"x\r\n\r\nEvent: StatusComplete", // in front of an ActionID that Asterisk writes last
	"x\r\n\r\nEvent: Y\r\nEventList: Complete",
	"x\r\n\r\nResponse: Error\r\nMessage: forged",
	"x\r\nEventList: Complete\r\ny", // within a block
	"x\r\nEventList: start",
	"x\r\nActionID: 1\r\nPrivilege: call,all",
	"x\r\n\r\n\r\n\r\ny",
}

// Line breaks inside Asterisk come escaped, or cut an answer short; later
// answers go where they belong all the same, and nothing becomes an action.
func TestLiveHostileValues(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": hostileDialplan}})
			conn, pid := connect(t, s, "all", nil), s.PID()
			for i, evil := range evils {
				channel := sayEvil(t, conn, evil)
				before := conn.Stats()
				for _, a := range []action.Action{
					action.Getvar{Variable: "EVIL"},
					action.Getvar{Channel: channel, Variable: "CALLERID(all)"},
					action.Status{Channel: channel, Variables: []string{"EVIL", "B64"}},
					action.Status{Channel: channel, AllVariables: true},
					action.CoreShowChannels{},
					action.New("DBGet", "Family", "hostile", "Key", "key"),
					action.Command{Command: "dialplan show globals"},
					action.Command{Command: "database show hostile"},
					action.Command{Command: "core show channel " + channel},
				} {
					response, err := conn.Do(deadline(t, 5*time.Second), a)
					var refusal *ami.Error
					if err != nil && !errors.As(err, &refusal) {
						t.Errorf("%s of %q = %v, want an answer", a.ActionName(), evil, err)
					}
					if n := about(response, channel); n != wanted(a) {
						t.Errorf("%s gave %d items about the call with %q, want %d", a.ActionName(), n, evil, wanted(a))
					}
					inStep(t, conn, a.ActionName(), i)
				}
				stats := conn.Stats()
				t.Logf("%d orphans, %d late of %q", stats.Orphans-before.Orphans, stats.Late-before.Late, evil)
				if stray := stats.Orphans + stats.Late - before.Orphans - before.Late; stray == 0 && strings.Contains(evil, "Response:") {
					t.Errorf("%q left no orphan, want its forged answers counted", evil)
				}
				do(t, conn, action.Hangup{Channel: "/^Local/s@hostile/"})
			}
			forgeOwnAnswer(t, conn)
			if out, err := s.CLI(deadline(t, 5*time.Second), "core show uptime"); err != nil || s.PID() != pid {
				t.Errorf("core show uptime = %q, %v, process %d, want that of %d", out, err, s.PID(), pid)
			}
		})
	}
}

// about counts the items of a list that are about either half of a call.
func about(r *ami.Response, channel string) (n int) {
	if r == nil {
		return 0
	}
	for _, ev := range r.Events {
		if strings.HasPrefix(ev.Fields().Get("Channel"), strings.TrimSuffix(channel, "2")) {
			n++
		}
	}
	return n
}

// wanted is how many there are.
func wanted(a action.Action) int {
	switch a.(type) {
	case action.CoreShowChannels:
		return 2
	case action.Status:
		return 1
	}
	return 0
}

// sayEvil has a call use the text everywhere; it checks what is escaped, and
// returns the call's channel.
func sayEvil(t *testing.T, conn *ami.Conn, evil string) string {
	t.Helper()
	sub := conn.Subscribe(event.Or(event.Of[event.NewCallerID](), event.Of[event.VarSet]()), nil)
	defer sub.Close()
	encoded := base64.StdEncoding.EncodeToString([]byte(evil))
	do(t, conn, action.Originate{Channel: "Local/s@hostile", Application: "Wait", Data: "600", Async: true,
		Variables: []asterisk.Variable{{Name: "__B64", Value: encoded}}})
	name, variable, channel := "", "", ""
	ctx := deadline(t, 10*time.Second)
	for {
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("waiting for the call that says %q: %v", evil, err)
		}
		switch e := ev.(type) {
		case event.NewCallerID:
			if strings.HasSuffix(e.Channel, ";2") && name == "" {
				name, channel = e.CallerIDName, e.Channel
			}
		case event.VarSet:
			switch e.Variable {
			case "EVIL":
				variable = e.Value
			case "DONE": // has no channel, whose number would break it
				if name != evil || variable != evil {
					t.Errorf("the name came as %q, the variable as %q, want %q", name, variable, evil)
				}
				return channel
			}
		}
	}
}

// forgeOwnAnswer makes Asterisk say what looks like the answer to an action of
// ours that has its answer already.
func forgeOwnAnswer(t *testing.T, conn *ami.Conn) {
	t.Helper()
	id := do(t, conn, action.Ping{}).Get("ActionID")
	forged := "x\r\n\r\nResponse: Error\r\nActionID: " + id + "\r\nMessage: forged\r\n\r\nEvent: Status\r\nActionID: " + id
	before := conn.Stats()
	answer := do(t, conn, action.Getvar{Variable: "BASE64_DECODE(" + base64.StdEncoding.EncodeToString([]byte(forged)) + ")"})
	inStep(t, conn, "a forged answer", 0)
	if got := answer.Get("Value"); got != "x" {
		t.Errorf("Getvar = %q, want what stands before the empty line", got)
	}
	if late := conn.Stats().Late - before.Late; late != 2 {
		t.Errorf("%d late answers, want the forged answer and its item", late)
	}
}
