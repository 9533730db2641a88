package asyncagi_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// One call does what calls do.
func TestLiveCall(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		c := newCall()
		started := x.conn.Subscribe(event.And(event.Of[event.AGIExecStart](), event.Where("Uniqueid", c.id)), nil)
		defer started.Close()
		x.handle([]string{c.number}, func(ctx context.Context, s *agi.Session) error {
			if a := s.Env.Arguments; len(a) < 2 || a[1] != "two words" || s.Env.UniqueID != c.id {
				t.Errorf("environment %+v", s.Env)
			}
			err := commands(ctx, s,
				[]string{"0", "ANSWER"},
				[]string{"1", "SET VARIABLE", "V", `größe, "quoted" \ 100%`},
				[]string{"6", "CHANNEL STATUS"},
				[]string{"1", "VERBOSE", "hello", "9"},
				[]string{"0", "WAIT FOR DIGIT", "1"},
				[]string{"-2", "EXEC", "NoSuchApplication", "x"},
				[]string{"0", "EXEC", "Set", "W=1"})
			if err != nil {
				return err
			}
			if r, err := s.Do(ctx, "GET VARIABLE", "V"); err != nil || r.Data != `größe, "quoted" \ 100%` {
				t.Errorf("GET VARIABLE = %v, %v", r, err)
			}
			if r, err := s.Do(ctx, "GET VARIABLE", "UNSET"); err != nil || r.Result != "0" || r.HasData {
				t.Errorf("GET VARIABLE = %v, %v", r, err)
			}
			if _, err := s.Do(ctx, "NONSENSE"); err == nil || !strings.Contains(err.Error(), "does not know") {
				t.Errorf("NONSENSE = %v", err)
			}
			if r, err := s.Do(ctx, "GET DATA", "beep", "10000", "4"); err != nil || r.Result != "0*42" {
				t.Errorf("GET DATA = %v, %v, want 0*42", r, err)
			}
			return nil
		})
		x.place(c)
		for command := ""; !strings.HasPrefix(command, "GET DATA"); {
			ev, err := started.Next(deadline(t, patience))
			if err != nil {
				t.Fatal(err)
			}
			command = ev.Fields().Get("Command")
		}
		for _, digit := range []string{"0", "*", "4", "2"} {
			x.do(action.New("PlayDTMF", "Channel", c.caller(), "Digit", digit, "Duration", "100", "Receive", "false"))
		}
		x.expectEnd(c, "SUCCESS SUCCESS")
	})
}

// Replies and environments longer than 1,024 bytes are whole, and nothing is
// shifted behind them.
func TestLiveLong(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		c := newCall()
		long := strings.Repeat("argument ", 100)
		x.handle([]string{c.number}, func(ctx context.Context, s *agi.Session) error {
			if a := s.Env.Arguments; len(a) != 3 || a[2] != long || len(s.Env.Fields().String()) < 1200 {
				t.Errorf("%d arguments: %q", len(a), a)
			}
			must(t, "SET VARIABLE", commands(ctx, s, []string{"1", "SET VARIABLE", "S", strings.Repeat("0123456789", 50)}))
			for _, n := range []int{1, 2, 3, 8} {
				r, err := s.Do(ctx, "GET FULL VARIABLE", strings.Repeat("${S}", n))
				if err != nil || len(r.Data) != n*500 {
					t.Errorf("GET FULL VARIABLE of %d bytes: %d, %v", n*500, len(r.Data), err)
				}
			}
			for n := 1005; n < 1012; n++ { // about the border of a piece
				r, err := s.Do(ctx, "GET FULL VARIABLE", "${S}${S}"+strings.Repeat("y", n-1000))
				if err != nil || len(r.Data) != n {
					t.Errorf("GET FULL VARIABLE of %d bytes: %d, %v", n, len(r.Data), err)
				}
			}
			for _, command := range []string{"CONTROL STREAM FILE", "RECORD FILE"} {
				_, err := s.Do(ctx, command)
				var refused *agi.Error
				if !errors.As(err, &refused) || refused.Reply.Code != 520 || !strings.HasSuffix(refused.Reply.String(), "520 End of proper usage.") {
					t.Errorf("%s without arguments: %v", command, err)
				}
			}
			return commands(ctx, s, []string{"0", "NOOP"})
		})
		x.place(c, asterisk.Variable{Name: "__ARGUMENT", Value: long})
		x.expectEnd(c, "SUCCESS SUCCESS")
	})
}

// What Asterisk cuts off ends the session, and the call goes on.
func TestLiveCut(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		c := newCall()
		x.handle([]string{c.number}, func(ctx context.Context, s *agi.Session) error {
			must(t, "SET VARIABLE", commands(ctx, s, []string{"1", "SET VARIABLE", "S", strings.Repeat("ж", 400)}))
			_, err := s.Do(ctx, "GET VARIABLE", "S")
			if !errors.Is(err, asyncagi.ErrCut) {
				t.Errorf("GET VARIABLE = %v, want %v", err, asyncagi.ErrCut)
			}
			return err
		})
		x.place(c)
		x.expectEnd(c, "FAILURE SUCCESS")
	})
}

func TestLiveStatus(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		calls, returned := []liveCall{newCall(), newCall(), newCall()}, make(chan struct{})
		x.handle([]string{calls[0].number, calls[1].number, calls[2].number}, func(ctx context.Context, s *agi.Session) error {
			switch s.Env.Arguments[0] {
			case calls[0].number:
				return errors.New("no")
			case calls[1].number:
				panic("bug")
			}
			// The failed command ends AsyncAGI, with a status of Asterisk's own.
			if r, err := s.Do(ctx, "STREAM FILE", "no-such-file", ""); err != nil || r.Result != "-1" {
				t.Errorf("STREAM FILE = %v, %v", r, err)
			}
			<-ctx.Done()
			_, err := s.Do(ctx, "NOOP")
			if errors.Is(err, agi.ErrHangup) || !errors.Is(err, agi.ErrClosed) || !strings.Contains(err.Error(), "STREAM FILE has failed") {
				t.Errorf("NOOP behind a failed command: %v", err)
			}
			close(returned)
			return err
		})
		for i, want := range []string{"FAILURE SUCCESS", "FAILURE SUCCESS", " FAILURE"} {
			x.place(calls[i])
			x.expectEnd(calls[i], want)
		}
		wait(x, "the handler", returned)
	})
}

// Two programs share an Asterisk, and a third gives commands between theirs.
func TestLiveTwoManagers(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		first, second := newCall(), newCall()
		handler := func(want liveCall) agi.HandlerFunc {
			return func(ctx context.Context, s *agi.Session) error {
				for i := range 5 {
					x.do(action.AGI{Channel: want.id, Command: "NOOP", CommandID: "theirs"})
					x.do(action.AGI{Channel: want.id, Command: "GET VARIABLE CHANNEL"})
					mark := fmt.Sprint(want.number, "-", i)
					must(t, "SET VARIABLE", commands(ctx, s, []string{"1", "SET VARIABLE", "MARK", mark}))
					if r, err := s.Do(ctx, "GET VARIABLE", "MARK"); err != nil || r.Data != mark {
						t.Errorf("GET VARIABLE = %v, %v, want %s", r, err, mark)
					}
				}
				return nil
			}
		}
		x.handle([]string{first.number}, handler(first))
		x.handle([]string{second.number}, handler(second))
		x.place(first)
		x.place(second)
		ended := map[string]bool{}
		for range 2 {
			ev, err := x.done.Next(deadline(t, patience))
			if err != nil {
				t.Fatal(err)
			}
			ended[ev.Fields().Get("Number")+ev.Fields().Get("Status")] = true
		}
		if !ended[first.number+"SUCCESS"] || !ended[second.number+"SUCCESS"] {
			t.Errorf("ended: %v", ended)
		}
	})
}

// Many calls at once, each with its own values.
func TestLiveMany(t *testing.T) {
	calls := 20
	if lab.Full() {
		calls = 200
	}
	onSite(t, func(t *testing.T, x *site) {
		var all []liveCall
		var numbers []string
		for range calls {
			c := newCall()
			all, numbers = append(all, c), append(numbers, c.number)
		}
		var running sync.WaitGroup
		running.Add(calls)
		x.handle(numbers, func(ctx context.Context, s *agi.Session) error {
			running.Done()
			running.Wait() // all are there at once
			mine := s.Env.Arguments[0]
			for i := range 5 {
				want := fmt.Sprint(mine, "-", i)
				if err := commands(ctx, s, []string{"1", "SET VARIABLE", "MINE", want}); err != nil {
					return err
				}
				if r, err := s.Do(ctx, "GET VARIABLE", "MINE"); err != nil || r.Data != want {
					return fmt.Errorf("GET VARIABLE: %q, %w, want %q", r.Data, err, want)
				}
			}
			return nil
		})
		begin := time.Now()
		for _, c := range all {
			x.place(c)
		}
		succeeded := make(map[string]bool)
		ctx := deadline(t, 3*patience)
		for len(succeeded) < calls {
			ev, err := x.done.Next(ctx)
			if err != nil {
				t.Fatalf("%d of %d calls have ended: %v", len(succeeded), calls, err)
			}
			if e := ev.(event.UserEvent); e.UserEvent == "AsyncAGIDone" {
				if status := e.Fields().Get("Status"); status != "SUCCESS" {
					t.Errorf("call %s: %s", e.Fields().Get("Number"), status)
				}
				succeeded[e.Fields().Get("Number")] = true
			}
		}
		t.Logf("%d calls of 10 commands in %v", calls, time.Since(begin).Round(time.Millisecond))
	})
}

// A user without the right is told so at once.
func TestLiveNotPermitted(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		x.server.RequireOwn(t)
		conn, err := ami.Dial(deadline(t, patience), x.server.AMI(), loginOf(x.server, "crm"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := (&asyncagi.Server{Handler: agi.HandlerFunc(nil)}).Serve(deadline(t, patience), conn); err == nil || !strings.Contains(err.Error(), "agi in read=") {
			t.Errorf("Serve() = %v", err)
		}
	})
}
