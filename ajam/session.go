package ajam

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// session is one login. It ends once, and keeps the first cause.
type session struct {
	config  *Config
	door    *door
	key     credential
	hub     *event.Hub
	stats   *counters
	slots   chan struct{} // one for each action in flight
	polls   polls
	booted  atomic.Bool
	version atomic.Pointer[ami.Version]

	life  context.Context // of the session itself; its cause is why it ended
	end   context.CancelCauseFunc
	dead  chan struct{} // closed when everybody has learnt the cause
	tasks sync.WaitGroup

	gate sync.Mutex // guards over; held while an item of a snapshot is queued, so that none comes behind the Gap
	over bool
}

// fail ends the session; only the first cause counts.
func (s *session) fail(cause error) { s.end(cause) }

// Done is closed when the session has ended, and everybody has learnt why.
func (s *session) Done() <-chan struct{} { return s.dead }

// Err is nil while the session lives.
func (s *session) Err() error { return context.Cause(s.life) }

// Close logs off, and returns when the session's goroutines have ended.
func (s *session) Close() error {
	s.fail(ami.ErrClosed)
	s.tasks.Wait()
	s.logoff()
	return nil
}

// Version is which Asterisk this is, as far as it is known yet.
func (s *session) Version() ami.Version {
	if v := s.version.Load(); v != nil {
		return *v
	}
	return ami.Version{}
}

// do runs an action of the user to its end, when it is its turn. A nil item
// leaves the items to the Response.
func (s *session) do(ctx context.Context, a action.Action, item func(transport.Block, time.Time, event.Doubt)) (*ami.Response, error) {
	name := a.ActionName()
	if ctx.Err() != nil {
		return nil, notSent(name, ended(ctx))
	}
	answer := s.answerTo(a, item)
	form, err := s.encode(answer) // may be the user's code, so before it holds a place
	if err != nil {
		return nil, err
	}
	select {
	case s.slots <- struct{}{}:
	case <-s.life.Done():
		return nil, notSent(name, s.Err())
	case <-ctx.Done():
		return nil, notSent(name, ended(ctx))
	}
	defer func() { <-s.slots }()
	s.stats.actions.Add(1)
	return s.post(ctx, forAction, answer, form)
}

// act is do without a turn to wait for. The session's own actions may not wait
// for those of users, which may wait for the session.
func (s *session) act(ctx context.Context, a action.Action, item func(transport.Block, time.Time, event.Doubt)) (*ami.Response, error) {
	s.stats.actions.Add(1)
	return s.ask(ctx, forAction, s.answerTo(a, item))
}

func (s *session) answerTo(a action.Action, item func(transport.Block, time.Time, event.Doubt)) *ami.Answer {
	answer := s.config.answer(a, newID())
	answer.Hub, answer.Item = s.hub, item
	return answer
}

// ask sends an action and reads its answer, until ctx or the session ends.
func (s *session) ask(ctx context.Context, of purpose, answer *ami.Answer) (*ami.Response, error) {
	form, err := s.encode(answer)
	if err != nil {
		return nil, err
	}
	return s.post(ctx, of, answer, form)
}

func (s *session) encode(answer *ami.Answer) (string, error) {
	form, err := encode(answer.Action, answer.ID, formLimit(s.Version()))
	if err != nil {
		return "", notSent(answer.Action.ActionName(), err)
	}
	return form, nil
}

// post sends the form of an action and reads its answer.
func (s *session) post(ctx context.Context, of purpose, answer *ami.Answer, form string) (*ami.Response, error) {
	name := answer.Action.ActionName()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer atEnd(s.life, func() { cancel(ourEnd{s.Err()}) })()
	reply, err := s.key.send(ctx, of, name, form)
	if err != nil {
		return nil, s.abandoned(ctx, err)
	}
	defer reply.Body.Close()
	response, err := answer.Read(reply.Body)
	if reply.stranger && errors.Is(err, ami.ErrPermissionDenied) {
		s.fail(errExpired)
		return nil, notSent(name, errExpired)
	}
	if s.version.Load() == nil {
		v := serverVersion(reply.Header.Get("Server"))
		s.version.CompareAndSwap(nil, &v)
	}
	return response, s.abandoned(ctx, err)
}

// abandoned counts an answer that nobody waited for.
func (s *session) abandoned(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && errors.Is(err, ami.ErrOutcomeUnknown) {
		s.stats.abandoned.Add(1)
	}
	return err
}

// serverVersion reads what the HTTP server calls itself, unless servername= of
// http.conf says otherwise: Asterisk/22.10.1.
func serverVersion(server string) ami.Version {
	name, version, _ := strings.Cut(server, "/")
	if name != "Asterisk" {
		return ami.Version{}
	}
	v := ami.ParseVersion(version)
	if v.Major == 0 {
		return ami.Version{}
	}
	return v
}
