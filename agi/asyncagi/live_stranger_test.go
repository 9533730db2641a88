package asyncagi_test

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// raw is an expression of the dialplan that gives the text, with its line breaks.
func raw(text string) string {
	return "${URIDECODE(" + strings.NewReplacer("+", " ", "%3A", ":").Replace(url.QueryEscape(text)) + ")}"
}

// attack is how a caller writes about the call of another, before his own
// channel enters AsyncAGI. Served says that his call has its session all the
// same; else its start is cut, and it is handed back.
type attack struct {
	application, data string
	served            bool
}

func attacks(name, id string) []attack {
	number := func(text string) (string, string) { return "Set", "CALLERID(num)=" + raw(text) }
	dialled := func(text string) (string, string) { return "Goto", "asyncagi," + raw(text) + ",2" }
	var all []attack
	add := func(served bool, application, data string) { all = append(all, attack{application, data, served}) }
	for text, served := range map[string]bool{
		"1\nUniqueid: " + id:                        true,
		"1\nChannel: " + name + "\nUniqueid: " + id: true,
		"1\nagi_uniqueid: " + id:                    true,
		"1\n\nx":                                    false,
		"1\n\nEvent: AsyncAGIEnd\nChannel: " + name + "\nUniqueid: " + id:          false,
		"1\n\nEvent: Hangup\nPrivilege: call,all\nChannel: " + name:                false,
		"1\n\nEvent: Hangup\r\nChannel: " + name + "\r\nUniqueid: " + id + "\r":    false,
		"1\n\nEvent: AsyncAGIStart\nChannel: " + name + "\nUniqueid: " + id:        false,
		"1\n\nEvent: Rename\nChannel: " + name + "\nNewname: x\nUniqueid: " + id:   false,
		"1\nContext: x\nExten: 1\nUniqueid: " + id + "\nLinkedid: x\n\nEvent: x":   false,
		"1\nResult: 200%20result%3D7%0A":                                           true,
		"1\n\nEvent: AsyncAGIExec\nChannel: " + name + "\nUniqueid: " + id + "\nx": false,
	} {
		application, data := number(text)
		add(served, application, data)
	}
	for text, served := range map[string]bool{
		"1\nPriority: 1\nUniqueid: " + id + "\nLinkedid: " + id:                  true,
		"1\nPriority: 1\nUniqueid: " + id + "\nLinkedid: " + id + "\n\nEvent: x": false,
	} {
		application, data := dialled(text)
		add(served, application, data)
	}
	return all
}

// What callers write into numbers ends no other call's handler and runs none on
// its channel, while it waits and while it runs an application; and their own
// calls are served, or handed back.
func TestLiveStrangers(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		own := newCall()
		own.id = own.number + ".1" // short, as Asterisk's own are, so that it fits into 79 bytes twice
		begun, finish, over := make(chan string, 10), make(chan struct{}), make(chan error, 10)
		var others atomic.Pointer[string]
		x.serve(&asyncagi.Server{
			Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
			Accept: func(env agi.Env) bool {
				other := others.Load()
				return env.UniqueID == own.id || other != nil && env.UniqueID == *other
			},
			Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
				r, err := s.Do(ctx, "GET FULL VARIABLE", "${UNIQUEID}")
				if err != nil || r.Data != s.Env.UniqueID {
					t.Errorf("the handler of %s runs on %q, %v", s.Env.UniqueID, r.Data, err)
				}
				begun <- s.Env.UniqueID
				if s.Env.UniqueID != own.id {
					<-ctx.Done()
					over <- context.Cause(ctx)
					return nil
				}
				for {
					select {
					case <-finish:
						return commands(ctx, s, []string{"0", "NOOP"})
					case <-ctx.Done():
						return context.Cause(ctx)
					case <-time.After(100 * time.Millisecond):
						if err := commands(ctx, s, []string{"0", "EXEC", "Wait", "0.3"}, []string{"1", "SET VARIABLE", "OWN", own.id}); err != nil {
							t.Errorf("the other's handler: %v", err)
							return err
						}
					}
				}
			}),
		}, loginOf(x.server, "all"))
		x.place(own)
		wait(x, "the handler", begun)
		name := x.do(action.Getvar{Channel: own.id, Variable: "CHANNEL(channame)"}).Get("Value")
		for _, a := range attacks(name, own.id) {
			c := newCall()
			others.Store(&c.id)
			x.extend("a"+c.number, "Answer", "", a.application, a.data, "AGI", "agi:async,${EXTEN}", "Wait", "600")
			x.do(action.Originate{Channel: "Local/a" + c.number + "@asyncagi", Application: "Wait", Data: "60", Async: true,
				ChannelID: c.caller(), OtherChannelID: c.id})
			if a.served {
				if id := wait(x, "the stranger's handler", begun); id != c.id {
					t.Errorf("%s: a handler began for %s", a.data, id)
				}
			} else if status := x.awaitStatus(c); status != "FAILURE" {
				t.Errorf("%s: ASYNCAGI_STATUS = %q, want FAILURE", a.data, status)
			}
			x.do(action.Hangup{Channel: c.id})
			if a.served {
				if err := wait(x, "the stranger's end", over); !errors.Is(err, agi.ErrHangup) {
					t.Errorf("%s: the stranger's handler saw %v, want a hangup", a.data, err)
				}
			}
		}
		if len(begun) > 0 || len(over) > 0 {
			t.Errorf("%d more handlers have begun, %d ended", len(begun), len(over))
		}
		close(finish)
		x.expectEnd(own, "SUCCESS SUCCESS")
	})
}

// awaitStatus waits until the dialplan goes on after AsyncAGI. No event tells:
// what the caller has written cuts them.
func (x *site) awaitStatus(c liveCall) string {
	x.t.Helper()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	ctx := deadline(x.t, patience)
	for {
		answer, err := x.conn.Do(ctx, action.Getvar{Channel: c.id, Variable: asyncagi.StatusVariable})
		if err != nil && !errors.Is(err, ami.ErrNoSuchChannel) {
			x.t.Fatal(err)
		}
		if err == nil && answer.Get("Value") != "" {
			return answer.Get("Value")
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			x.t.Fatalf("waited %v for the status of call %s", patience, c.number)
		}
	}
}
