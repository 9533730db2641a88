package ajam

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/transport"
)

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
	if s.config.digest {
		err = s.present(ctx)
	} else {
		for range loginTries {
			if err = s.greet(ctx, keep); !errors.Is(err, errExpired) {
				break
			}
		}
	}
	if err != nil {
		return all, err
	}
	if err := s.learnVersion(ctx); err != nil {
		return all, err
	}
	// Before there are polls: those have the nonce of events to themselves.
	if err := session.SetFilters(ctx, s.actForEvents, s.Version(), s.config.Filters); err != nil {
		return all, err
	}
	if s.config.Mask().Off() {
		return all, nil
	}
	// From here on events gather: some Asterisks keep none for a session that
	// has never asked for them (main/manager.c, action_waitevent).
	_, err = s.poll(0, s.config.ListLimits(), keep)
	return all, err
}

// learnVersion asks which Asterisk this is; without the right to ask it stays what
// the HTTP server calls itself.
func (s *httpSession) learnVersion(ctx context.Context) error {
	version, told, err := errs.Version(ctx, s.act)
	if told {
		s.version.Store(&version)
	}
	return err
}

// actForEvents is act in the session that events gather in.
func (s *httpSession) actForEvents(ctx context.Context, a action.Action) (*session.Response, error) {
	return s.actFor(ctx, forEvents, a)
}

// present has the session of events begin, with its mask.
func (s *httpSession) present(ctx context.Context) error {
	var first action.Action = action.Ping{}
	if s.config.EventMask != "" && !s.config.Mask().Off() {
		first = action.Events{EventMask: s.config.EventMask}
	}
	_, err := s.actForEvents(ctx, first)
	return err
}

// greet logs in by the action Login.
func (s *httpSession) greet(ctx context.Context, keep func(transport.Block, time.Time, event.Doubt)) error {
	key := &cookie{server: s.server}
	s.begin(key)
	login, err := s.config.Credentials.Login(ctx, func(ctx context.Context, a action.Action) (*session.Response, error) {
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
	s.stats.Actions.Add(1)
	answer := session.NewAlone(a, s.hub, errs, s.stats, s.config.ListLimits(), session.BeforeLogin(s.config.Limits), nil)
	answer.News = keep
	return s.ask(ctx, forAction, a, answer)
}
