package ajam

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// httpSession is one login. It ends once, and keeps the first cause.
type httpSession struct {
	config  *Config
	door    *door
	key     credential
	hub     session.Hub
	stats   *counters
	places  session.Places
	polls   polls
	booted  atomic.Bool
	version atomic.Pointer[asterisk.Version]

	life  context.Context // of the session itself; its cause is why it ended
	end   context.CancelCauseFunc
	dead  chan struct{} // closed when everybody has learnt the cause
	tasks sync.WaitGroup

	gate sync.Mutex // guards over; held while an item of a snapshot is queued, so that none comes behind the Gap
	over bool
}

// fail ends the session; only the first cause counts.
func (s *httpSession) fail(cause error) { s.end(cause) }

// Done is closed when the session has ended, and everybody has learnt why.
func (s *httpSession) Done() <-chan struct{} { return s.dead }

// Err is nil while the session lives.
func (s *httpSession) Err() error { return context.Cause(s.life) }

// Close logs off, and returns when the session's goroutines have ended.
func (s *httpSession) Close() error {
	s.fail(ami.ErrClosed)
	s.tasks.Wait()
	s.logoff()
	return nil
}

// Version is which Asterisk this is, as far as it is known yet.
func (s *httpSession) Version() asterisk.Version {
	if v := s.version.Load(); v != nil {
		return *v
	}
	return asterisk.Version{}
}

// do runs an action of the user to its end, when it is its turn. A nil sink leaves
// the items to the Response.
func (s *httpSession) do(ctx context.Context, a action.Action, limits session.Limits, sink func(event.Raw) bool) (*session.Response, error) {
	if ctx.Err() != nil {
		return nil, errs.NotSent(a.ActionName(), session.Ended(ctx))
	}
	answer := session.NewAlone(a, s.hub, errs, limits, s.config.Limits, sink)
	form, err := s.encode(a, answer) // may be the user's code, so before it holds a place
	if err != nil {
		return nil, err
	}
	if err := s.places.Take(ctx, s.life.Done(), s.Err); err != nil {
		return nil, errs.NotSent(a.ActionName(), err)
	}
	defer s.places.Free()
	s.stats.actions.Add(1)
	return s.post(ctx, forAction, answer, form)
}

// act is do without a turn to wait for. The session's own actions may not wait
// for those of users, which may wait for the session.
func (s *httpSession) act(ctx context.Context, a action.Action) (*session.Response, error) {
	s.stats.actions.Add(1)
	return s.ask(ctx, forAction, a, session.NewAlone(a, s.hub, errs, s.config.items(), s.config.Limits, nil))
}

// ask sends an action and reads its answer, until ctx or the session ends.
func (s *httpSession) ask(ctx context.Context, of purpose, a action.Action, answer *session.Alone) (*session.Response, error) {
	form, err := s.encode(a, answer)
	if err != nil {
		return nil, err
	}
	return s.post(ctx, of, answer, form)
}

func (s *httpSession) encode(a action.Action, answer *session.Alone) (string, error) {
	form, err := encode(a, answer.ID, formLimit(s.Version()))
	if err != nil {
		return "", errs.Invalid(a.ActionName(), err)
	}
	return form, nil
}

// post sends the form of an action and reads its answer.
func (s *httpSession) post(ctx context.Context, of purpose, answer *session.Alone, form string) (*session.Response, error) {
	name := answer.Name()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer atEnd(s.life, func() { cancel(session.OurEnd{Cause: s.Err()}) })()
	reply, err := s.key.send(ctx, of, name, form)
	if err != nil {
		return nil, s.abandoned(ctx, err)
	}
	defer reply.Body.Close()
	response, err := answer.Read(reply.Body)
	if reply.stranger && errors.Is(err, ami.ErrPermissionDenied) {
		s.fail(errExpired)
		return nil, errs.NotSent(name, errExpired)
	}
	if s.version.Load() == nil {
		v := serverVersion(reply.Header.Get("Server"))
		s.version.CompareAndSwap(nil, &v)
	}
	return response, s.abandoned(ctx, err)
}

// abandoned counts an answer that nobody waited for.
func (s *httpSession) abandoned(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && errors.Is(err, ami.ErrOutcomeUnknown) {
		s.stats.abandoned.Add(1)
	}
	return err
}

// serverVersion reads what the HTTP server calls itself, unless servername= of
// http.conf says otherwise: Asterisk/22.10.1.
func serverVersion(server string) asterisk.Version {
	name, version, _ := strings.Cut(server, "/")
	if name != "Asterisk" {
		return asterisk.Version{}
	}
	v := asterisk.ParseVersion(version)
	if v.Major == 0 {
		return asterisk.Version{}
	}
	return v
}
