package ajam

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

var errLoginTimeout = errors.New("no answer within Config.LoginTimeout")

// dial makes a session that is ready for actions, and whose events are in the
// hub from its Connected on.
func (c *Client) dial(ctx context.Context, address string) (*httpSession, error) {
	s := &httpSession{config: &c.config, door: c.door, hub: c.hub, stats: &c.stats, places: c.places,
		polls: newPolls(), dead: make(chan struct{})}
	s.life, s.end = context.WithCancelCause(context.Background())
	if c.config.Digest {
		s.key = &digests{door: c.door, username: c.config.Username, secret: c.config.secret}
	} else {
		s.key = &cookie{door: c.door}
	}
	if err := s.login(ctx, address); err != nil {
		err = session.Cause(err)
		s.fail(err)
		_ = s.Close()
		return nil, show.Error("ajam", fmt.Errorf("login to %s: %w", address, withRemedy(err)))
	}
	s.stats.logins.Add(1)
	s.config.Logger.Info("ajam: logged in", "address", address, "user", s.config.Username, "asterisk", show.Text(s.Version().String()))
	return s, nil
}

func (s *httpSession) login(ctx context.Context, address string) error {
	limited, cancel := context.WithTimeoutCause(ctx, s.config.LoginTimeout, errLoginTimeout)
	defer cancel()
	defer atEnd(limited, func() { s.fail(session.Ended(limited)) })()
	news, err := s.authenticate(limited)
	if err != nil {
		return errs.Why(err, s.Err())
	}
	s.hub.Connect(address)
	for _, n := range news {
		s.publish(transport.NewBlock(n.fields), n.received, n.doubt)
	}
	s.hub.Flush()
	// run ends when the session does; Close waits for it.
	s.tasks.Go(s.run)
	return errs.Why(s.prepare(limited), s.Err())
}

// atEnd runs f when ctx ends, unless stop is called before. If it is too late for
// that, stop waits for f: nothing of a session outlives its Close.
func atEnd(ctx context.Context, f func()) (stop func()) {
	over := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		defer close(over)
		f()
	})
	return func() {
		if !cancel() {
			<-over
		}
	}
}

// run keeps the session, and tells everybody when it has ended.
func (s *httpSession) run() {
	if s.config.deaf() {
		s.fail(s.keepAlive())
	} else {
		s.fail(s.listen())
	}
	s.gate.Lock()
	s.over = true
	s.gate.Unlock()
	if !errors.Is(s.Err(), ami.ErrClosed) {
		s.hub.Disconnect(s.Err())
	}
	close(s.dead)
}

// news is an event that came before the session was announced.
type news struct {
	fields   transport.Fields
	received time.Time
	doubt    event.Doubt
}

// loginTries is how often a login is begun that Asterisk forgot half way: it
// keeps a session for five seconds before the login.
const loginTries = 3

// authenticate opens the session and returns the events that came with it.
func (s *httpSession) authenticate(ctx context.Context) (all []news, err error) {
	keep := func(b transport.Block, received time.Time, doubt event.Doubt) {
		all = append(all, news{b.Fields(), received, doubt})
	}
	if s.config.Digest {
		err = s.present(ctx)
	} else {
		for range loginTries {
			if err = s.greet(ctx, keep); !errors.Is(err, errExpired) {
				break
			}
		}
	}
	if err != nil || s.config.deaf() {
		return all, err
	}
	// From here on events gather: some Asterisks keep none for a session that
	// has never asked for them (main/manager.c, action_waitevent).
	_, err = s.poll(0, keep)
	return all, err
}

// present has the session of events begin, with its mask.
func (s *httpSession) present(ctx context.Context) error {
	var first action.Action = action.Ping{}
	if s.config.EventMask != "" && !s.config.deaf() {
		first = action.Events{EventMask: s.config.EventMask}
	}
	_, err := s.ask(ctx, forEvents, first, session.NewAlone(first, s.hub, errs, s.config.items(), s.config.Limits, nil))
	return err
}

// greet logs in by the action Login.
func (s *httpSession) greet(ctx context.Context, keep func(transport.Block, time.Time, event.Doubt)) error {
	key := &cookie{door: s.door}
	s.key = key
	credentials := session.Credentials{Username: s.config.Username, Secret: s.config.secret, Plain: s.config.PlainLogin}
	login, err := credentials.Login(ctx, func(ctx context.Context, a action.Action) (*session.Response, error) {
		return s.introduce(ctx, a, nil)
	}, cmp.Or(s.config.EventMask, "on")) // without, FullyBooted is not told
	if err != nil {
		return err
	}
	_, err = s.introduce(ctx, login, keep)
	if errors.Is(err, ami.ErrLoginRefused) && key.lost.Load() {
		return errExpired // the challenge was that of a session which had ended
	}
	return err
}

// introduce runs an action of the login.
func (s *httpSession) introduce(ctx context.Context, a action.Action, keep func(transport.Block, time.Time, event.Doubt)) (*session.Response, error) {
	s.stats.actions.Add(1)
	answer := session.NewAlone(a, s.hub, errs, s.config.items(), session.BeforeLogin(s.config.Limits), nil)
	answer.News = keep
	return s.ask(ctx, forAction, a, answer)
}
