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
	config  *settings
	server  *server
	key     credential
	hub     session.Hub
	stats   *session.Counts
	places  session.Places
	polls   pollCounter
	booted  atomic.Bool
	version atomic.Pointer[asterisk.Version]
	reached atomic.Bool // something has answered
	record  *transcript // set by begin alone, before there are goroutines

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
	s.record.end()
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
	answer := session.NewAlone(a, s.hub, errs, s.stats, limits, s.config.Limits, sink)
	r, err := s.request(forAction, a, answer) // may be the user's code, so before it holds a place
	if err != nil {
		return nil, err
	}
	if err := s.places.Take(ctx, s.life.Done(), s.Err); err != nil {
		return nil, errs.NotSent(a.ActionName(), err)
	}
	defer s.places.Free()
	s.stats.Actions.Add(1)
	return s.post(ctx, r, answer)
}

// act is do without a turn to wait for. The session's own actions may not wait
// for those of users, which may wait for the session.
func (s *httpSession) act(ctx context.Context, a action.Action) (*session.Response, error) {
	return s.actFor(ctx, forAction, a)
}

func (s *httpSession) actFor(ctx context.Context, of purpose, a action.Action) (*session.Response, error) {
	s.stats.Actions.Add(1)
	return s.ask(ctx, of, a, session.NewAlone(a, s.hub, errs, s.stats, s.config.ListLimits(), s.config.Limits, nil))
}

// ask sends an action and reads its answer, until ctx or the session ends.
func (s *httpSession) ask(ctx context.Context, of purpose, a action.Action, answer *session.Alone) (*session.Response, error) {
	r, err := s.request(of, a, answer)
	if err != nil {
		return nil, err
	}
	return s.post(ctx, r, answer)
}

func (s *httpSession) request(of purpose, a action.Action, answer *session.Alone) (request, error) {
	r, err := newRequest(of, a, answer.ID, formLimit(s.Version()))
	if err != nil {
		return request{}, errs.Invalid(a.ActionName(), err)
	}
	// On a connection events come by themselves, and no action begins it but Login.
	r.silent = of == forEvents && (r.name == "WaitEvent" || !s.reached.Load())
	return r, nil
}

// post sends a request and reads its answer.
func (s *httpSession) post(ctx context.Context, r request, answer *session.Alone) (*session.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer atEnd(s.life, func() { cancel(session.OurEnd{Cause: s.Err()}) })()
	reply, err := s.send(ctx, r)
	if err != nil {
		return nil, s.abandoned(ctx, s.whyEnded(ctx, r.name, err))
	}
	defer reply.Body.Close()
	without := "" // blocks with this ActionID
	if r.silent {
		without = answer.ID
	}
	body := s.record.answer(reply.Body, without)
	defer body.Close()
	response, err := answer.Read(body)
	if reply.stranger && errors.Is(err, ami.ErrPermissionDenied) {
		s.fail(errExpired)
		return nil, errs.NotSent(r.name, errExpired)
	}
	if s.version.Load() == nil {
		v := serverVersion(reply.Header.Get("Server"))
		s.version.CompareAndSwap(nil, &v)
	}
	return response, s.abandoned(ctx, s.whyEnded(ctx, r.name, err))
}

// send sends a request, and records it.
func (s *httpSession) send(ctx context.Context, r request) (reply, error) {
	if !r.silent {
		s.record.sent(r.fields)
	}
	reply, err := s.key.send(ctx, r)
	if err == nil && !s.reached.Swap(true) {
		s.stats.Connections.Add(1)
	}
	switch {
	case err == nil:
		s.record.answered(reply.Header.Get("Server"))
	case !r.silent || ctx.Err() == nil: // not that we have ended it ourselves
		s.record.failed(r.name, err)
	}
	return reply, err
}

// whyEnded prefers the cause of the session's end to its consequence: the server
// closes what is open, and a request can see that before it is cancelled.
func (s *httpSession) whyEnded(ctx context.Context, name string, err error) error {
	var refusal *HTTPError
	if s.life.Err() == nil || ctx.Err() != nil || errors.As(err, &refusal) {
		return err
	}
	switch {
	case errors.Is(err, ami.ErrOutcomeUnknown):
		return errs.Unknown(name, s.Err())
	case errors.Is(err, ami.ErrNotSent):
		return errs.NotSent(name, s.Err())
	}
	return err
}

// abandoned counts an answer that nobody waited for.
func (s *httpSession) abandoned(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && errors.Is(err, ami.ErrOutcomeUnknown) {
		s.stats.Late.Add(1)
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
