package session_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/transport"
)

// refusedWith is a refusal with Asterisk's words.
type refusedWith string

func (r refusedWith) Error() string { return string(r) }

// refusals are errors of a package that has such refusals.
var refusals = &session.Errors{Package: "test", Refused: func(err error) *session.Response {
	var refusal refusedWith
	if !errors.As(err, &refusal) {
		return nil
	}
	return &session.Response{Fields: transport.ParseFields("Response: Error\nMessage: " + string(refusal))}
}}

// login is a source whose lists end as run says, each with one item unless it fails.
type login struct {
	hub  session.Hub
	run  func(list action.Action) error
	seen func() // called before the first list; may be nil
	done chan struct{}

	mu  sync.Mutex // guards err
	err error
}

func newLogin(hub session.Hub, run func(list action.Action) error) *login {
	return &login{hub: hub, run: run, done: make(chan struct{})}
}

func (l *login) Done() <-chan struct{} { return l.done }
func (l *login) Close() error          { return nil }

func (l *login) Identity() session.Identity {
	if l.seen != nil {
		l.seen()
	}
	return session.Identity{}
}

func (l *login) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// end loses the connection.
func (l *login) end(err error) {
	l.mu.Lock()
	l.err = err
	l.mu.Unlock()
	l.hub.Disconnect(err)
	close(l.done)
}

func (l *login) Lists(_ context.Context, lists []action.Action, _ bool, take func(int, event.Raw) bool) ([]error, error) {
	errs := make([]error, len(lists))
	for i, a := range lists {
		if errs[i] = l.run(a); errs[i] == nil {
			take(i, l.hub.Stamp(transport.NewBlock(transport.ParseFields("Event: "+a.ActionName())), time.Now(), 0))
		}
	}
	return errs, l.Err()
}

// subscriptions are those of logins that are there one after another.
func subscriptions(hub session.Hub, logins ...*login) *session.Subscriptions {
	return session.NewSubscriptions(hub, refusals, 1<<20, func(_ context.Context, stop <-chan struct{}) (session.Source, error) {
		for _, l := range logins {
			select {
			case <-l.done:
			case <-stop:
				return nil, session.ErrClosed
			default:
				return l, nil
			}
		}
		return nil, session.ErrClosed
	})
}

func newHub() session.Hub {
	return session.HubOf(new(event.Hub), "test", slog.New(slog.DiscardHandler))
}

// stream is the rest of what a subscription gives, with the results of each Synced.
func stream(t *testing.T, sub *event.Subscription) string {
	t.Helper()
	var all []string
	for ev := range sub.All(t.Context()) {
		text := ev.EventName()
		if s, ok := ev.(event.Synced); ok {
			for _, list := range s.Lists {
				text += fmt.Sprintf(" %s %d", list.Action, list.Items)
				if list.Err != nil {
					text += " " + list.Err.Error()
				}
			}
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// Each refusal of the table is an empty list of that action, in any case of its
// letters, and an error of another action. Want of a right is always an error.
func TestNone(t *testing.T) {
	for name, sayings := range session.None {
		for _, words := range sayings {
			synctest.Test(t, func(t *testing.T) {
				hub := newHub()
				l := newLogin(hub, func(a action.Action) error { return refusedWith(strings.ToUpper(words[:1]) + words[1:] + ".") })
				subs := subscriptions(hub, l)
				sub := subs.Subscribe(event.Or(), 0, []action.Action{action.New(strings.ToUpper(name)), action.New("Other")}, nil)
				synctest.Wait()
				subs.End(nil)
				subs.Wait()
				if got, want := stream(t, sub), fmt.Sprintf("Synced %s 0, Other 0 %s.", strings.ToUpper(name), words); !strings.EqualFold(strings.Replace(got, " Other", ", Other", 1), want) {
					t.Errorf("the stream has %q, want %q", got, want)
				}
			})
		}
		synctest.Test(t, func(t *testing.T) {
			hub := newHub()
			subs := subscriptions(hub, newLogin(hub, func(action.Action) error { return refusedWith("Permission denied") }))
			sub := subs.Subscribe(event.Or(), 0, []action.Action{action.New(name)}, nil)
			synctest.Wait()
			subs.End(nil)
			subs.Wait()
			if got := stream(t, sub); !strings.HasSuffix(got, "Permission denied") {
				t.Errorf("the stream has %q, want an error", got)
			}
		})
	}
}

// The next connection may be there before the lists of the last one have failed,
// or have even begun: what it asked for by then is not lost.
func TestListsThatTheNextConnectionOvertakes(t *testing.T) {
	for _, lists := range [][]action.Action{nil, {action.New("Own")}} {
		for _, early := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				hub, lost := newHub(), errors.New("lost")
				hub.Connect("a")
				var first *login
				next := func() {
					if first.Err() == nil {
						first.end(lost)
						hub.Connect("b")
					}
				}
				first = newLogin(hub, func(action.Action) error { next(); return lost })
				if early {
					first.seen = next
				}
				subs := subscriptions(hub, first, newLogin(hub, func(action.Action) error { return nil }))
				sub := subs.Subscribe(event.Or(), 0, lists, nil)
				subs.Refresh(sub, []action.Action{action.New("More")})
				synctest.Wait()
				subs.End(nil)
				subs.Wait()
				got := stream(t, sub)
				if strings.Count(got, "More 1") != 1 || strings.Count(got, "Own 1") > 2 || strings.Contains(got, "lost") || len(lists) > 0 && !strings.Contains(got, "Own 1") {
					t.Errorf("the stream has %q", got)
				}
			})
		}
	}
}

// Subscribe and Refresh of a session that has ended neither wait nor leave anything.
func TestSubscriptionsAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newHub()
		subs := subscriptions(hub)
		before := subs.Subscribe(event.Or(), 0, nil, nil)
		subs.End(nil)
		subs.Wait()
		after := subs.Subscribe(event.Or(), 0, []action.Action{action.New("Own")}, nil)
		for _, sub := range []*event.Subscription{before, after} {
			subs.Refresh(sub, []action.Action{action.New("More")})
			if got := stream(t, sub); got != "" {
				t.Errorf("the stream has %q, want nothing", got)
			}
		}
	})
}
