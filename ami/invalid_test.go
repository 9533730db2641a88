package ami_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"testing/synctest"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// ownAction is a user's own, with an Encode that fails.
type ownAction struct{}

var errOwn = errors.New("own reason")

func (ownAction) ActionName() string              { return "Own" }
func (ownAction) Encode(*transport.Builder) error { return errOwn }

// never are actions that can never be sent, and what the error says of each.
func never() map[string]struct {
	action action.Action
	says   string
} {
	type test = struct {
		action action.Action
		says   string
	}
	long := strings.Repeat("x", 2000)
	return map[string]test{
		"nil":              {nil, "ami: (nil): can't be sent: the action is nil"},
		"nil pointer":      {(*action.Originate)(nil), "ami: (nil *action.Originate): can't be sent"},
		"missing field":    {action.Getvar{}, "Variable is required"},
		"line feed":        {action.Command{Command: "core\nshow"}, "line break"},
		"line too long":    {action.Command{Command: long}, "1022"},
		"name too long":    {action.New(long), "1022"},
		"too many lines":   {action.New("Ping", strings.Split(strings.TrimSuffix(strings.Repeat("K,v,", 200), ","), ",")...), "128"},
		"odd strings":      {action.New("Ping", "K"), "has no value"},
		"written by us":    {action.New("Ping", "ActionID", "1"), "written by the session"},
		"an own one":       {ownAction{}, "own reason"},
		"variable unnamed": {action.Originate{Channel: "Local/1", Variables: []asterisk.Variable{{Value: "v"}}, Application: "NoOp"}, "without a name"},
	}
}

// wantInvalid fails unless err says that the action can never be sent.
func wantInvalid(t *testing.T, what string, err error, says string) {
	t.Helper()
	wantError(t, what, err, ami.ErrInvalid, says)
	for _, wrong := range []error{ami.ErrNotSent, ami.ErrOutcomeUnknown, ami.ErrNoAnswer, ami.ErrClosed} {
		if errors.Is(err, wrong) {
			t.Errorf("%s = %v, which is also %v", what, err, wrong)
		}
	}
	if refusal := (*ami.Error)(nil); errors.As(err, &refusal) {
		t.Errorf("%s = %v, which is also an *Error", what, err)
	}
}

func lastError[V any](items iter.Seq2[V, error]) (last error) {
	for _, err := range items {
		last = err
	}
	return last
}

// What can never be sent is ErrInvalid and not ErrNotSent, over Do and Stream and
// all that use them; nothing is sent, and the session lives.
func TestInvalid(t *testing.T) {
	for subject, test := range never() {
		t.Run(subject, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := serve(t, behindLogin(func(p *amitest.Peer) {}))
				for name, s := range map[string]ami.Session{"Conn": dialTo(t, srv, nil), "Client": connectTo(t, srv, nil)} {
					_, err := s.Do(t.Context(), test.action)
					wantInvalid(t, name+".Do", err, test.says)
					wantInvalid(t, name+".Stream", lastError(s.Stream(t.Context(), test.action)), test.says)
					mustPing(t, s)
				}
			})
		})
	}
}

// The functions that take a Session return ErrInvalid as Do does.
func TestInvalidOfFunctions(t *testing.T) {
	long := strings.Repeat("x", 2000)
	calls := map[string]func(ctx context.Context, s ami.Session) error{
		"List": func(ctx context.Context, s ami.Session) error {
			_, err := ami.List(ctx, s, action.PJSIPShowAors{})
			if err != nil {
				return err
			}
			_, err = ami.List(ctx, s, action.CoreShowChannelMap{})
			return err
		},
		"List of nil": func(ctx context.Context, s ami.Session) error {
			_, err := ami.List[event.Event](ctx, s, nil)
			return err
		},
		"Each": func(ctx context.Context, s ami.Session) error {
			return lastError(ami.Each(ctx, s, action.CoreShowChannelMap{}))
		},
		"Each of nil": func(ctx context.Context, s ami.Session) error { return lastError(ami.Each[event.Event](ctx, s, nil)) },
		"Ask":         func(ctx context.Context, s ami.Session) error { _, err := ami.Ask(ctx, s, action.Getvar{}); return err },
		"Ask of nil":  func(ctx context.Context, s ami.Session) error { _, err := ami.Ask[string](ctx, s, nil); return err },
		"Command": func(ctx context.Context, s ami.Session) error {
			_, err := ami.Command(ctx, s, "core\nshow")
			return err
		},
		"Command too long": func(ctx context.Context, s ami.Session) error {
			_, err := ami.Command(ctx, s, long)
			return err
		},
		"Queues": func(ctx context.Context, s ami.Session) error {
			_, err := ami.Queues(ctx, s, action.QueueStatus{Queue: "a\nb"})
			return err
		},
		"PJSIPEndpoint": func(ctx context.Context, s ami.Session) error { _, err := ami.PJSIPEndpoint(ctx, s, ""); return err },
		"Originate": func(ctx context.Context, s ami.Session) error {
			_, err := ami.Originate(ctx, s, action.Originate{Channel: "PJSIP/1\n", Application: "NoOp"})
			return err
		},
	}
	for name, call := range calls {
		talk(t, func(p *amitest.Peer) {
			p.Handle("PJSIPShowAors", func(p *amitest.Peer, a amitest.Action) { p.List(a, "AorListComplete") })
		}, func(t *testing.T, c *ami.Conn) {
			wantInvalid(t, name, call(t.Context(), c), "")
			mustPing(t, c)
		})
	}
}

// A Client keeps its session itself: an action that would change it can never be
// sent, connected or not.
func TestInvalidOnAClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, behindLogin(func(p *amitest.Peer) {}))
		c := connectTo(t, srv, nil)
		for _, a := range []action.Action{
			action.Login{Username: "u"}, action.Challenge{AuthType: action.ChallengeAuthTypeMD5}, action.Logoff{}, action.New("events", "EventMask", "off"),
			action.Filter{Operation: action.FilterOperationAdd, Filter: "x"}, action.WaitEvent{},
		} {
			_, err := c.Do(t.Context(), a)
			wantInvalid(t, a.ActionName(), err, "Client keeps itself")
			wantInvalid(t, a.ActionName(), lastError(c.Stream(t.Context(), a)), "Client keeps itself")
		}
	})
}

// The loop that docs/ami.md shows ends for every action that can never be sent, and
// for a session that has ended.
func TestRetryLoopEnds(t *testing.T) {
	retry := func(ctx context.Context, c *ami.Client, a action.Action) error {
		for {
			_, err := c.Do(ctx, a)
			if !errors.Is(err, ami.ErrNotSent) {
				return err
			}
			if err := c.Ready(ctx); err != nil {
				return err
			}
		}
	}
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, behindLogin(func(p *amitest.Peer) {}))
		c := connectTo(t, srv, nil)
		for subject, test := range never() {
			wantError(t, subject, retry(t.Context(), c, test.action), ami.ErrInvalid)
		}
		wantError(t, "Logoff", retry(t.Context(), c, action.Logoff{}), ami.ErrInvalid)
		_ = c.Close()
		wantError(t, "closed", retry(t.Context(), c, action.Ping{}), ami.ErrClosed)
	})
}

// A list of a snapshot that can never be sent is ErrInvalid in Synced, for a nil
// one too; it harms nothing else.
func TestInvalidInASnapshot(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Handle("QueueSummary", func(p *amitest.Peer, a amitest.Action) {
			p.List(a, "QueueSummaryComplete", []string{"Event", "QueueSummary", "Queue", "support"})
		})
	}, func(t *testing.T, c *ami.Conn) {
		sub := c.Subscribe(event.Named("Synced"), &ami.SubscribeConfig{
			Snapshot: []action.Action{nil, action.Getvar{}, action.QueueSummary{}},
			Then:     func(event.Event) []action.Action { return []action.Action{nil} },
		})
		defer sub.Close()
		for {
			synced, ok := next(t, sub).(event.Synced)
			if !ok {
				continue
			}
			if len(synced.Lists) != 4 {
				t.Fatalf("Synced has %d lists: %+v", len(synced.Lists), synced.Lists)
			}
			for i, want := range []error{ami.ErrInvalid, ami.ErrInvalid, nil, ami.ErrInvalid} {
				if !errors.Is(synced.Lists[i].Err, want) {
					t.Errorf("list %d: %v, want %v", i, synced.Lists[i].Err, want)
				}
			}
			break
		}
		if err := ami.Refresh(sub, nil, action.QueueSummary{}); err != nil {
			t.Errorf("Refresh = %v", err)
		}
		mustPing(t, c)
	})
}

// A Config that can never log in ends Connect at once, although it keeps trying.
func TestInvalidLogin(t *testing.T) {
	for name, mutate := range map[string]func(*ami.Config){
		"user":   func(c *ami.Config) { c.Username = "a\nb" },
		"secret": func(c *ami.Config) { c.Secret, c.PlainLogin = "a\nb", true },
		"filter": func(c *ami.Config) { c.Filters = []ami.EventFilter{{Expression: "a\nb"}} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := serve(t, behindLogin(func(p *amitest.Peer) {}))
				_, err := ami.Connect(t.Context(), srv.Addr(), configOf(srv, func(c *ami.Config) {
					mutate(c)
					c.KeepTrying, c.RetryRefused = true, true
				}))
				wantError(t, "Connect", err, ami.ErrInvalid, "line break")
			})
		})
	}
}

// Message is Asterisk's word alone.
func TestMessage(t *testing.T) {
	response := func(text string) *ami.Response { return &ami.Response{Fields: transport.ParseFields(text)} }
	for _, test := range []struct {
		refusal *ami.Error
		want    string
	}{
		{&ami.Error{Action: "Hangup", Response: response("Response: Error\nMessage: No such channel\n")}, "No such channel"},
		{&ami.Error{Action: "Status", Response: response("Response: Error\nMessage: Permission denied\n")}, "Permission denied"},
		{&ami.Error{Action: "command", Response: response("Response: Error\nMessage: Command output follows\nOutput:  \nOutput: No such command\nOutput: x\n")}, "No such command"},
		{&ami.Error{Action: "Hangup", Response: response("Response: Error\n")}, ""},
		{&ami.Error{Action: "Hangup"}, ""},
		{&ami.Error{}, ""},
	} {
		if got := test.refusal.Message(); got != test.want {
			t.Errorf("%v: Message = %q, want %q", test.refusal, got, test.want)
		}
	}
	if got := (&ami.Error{Action: "Hangup"}).Error(); got != "ami: Hangup: refused without a message" {
		t.Errorf("Error = %q", got)
	}
}
