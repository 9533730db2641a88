package browser_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// story is one test in an office: its people's calls end with it.
type story struct {
	*office
	t   *testing.T
	ctx context.Context
}

func (o *office) story(t *testing.T) *story { return o.longStory(t, 3*patience) }

// longStory is one that takes as long as that at most.
func (o *office) longStory(t *testing.T, most time.Duration) *story {
	ctx, cancel := context.WithTimeout(t.Context(), most)
	t.Cleanup(cancel)
	return &story{o, t, ctx}
}

// ends hangs a call up with the test, if nobody has.
func (s *story) ends(call *sipua.Call) *sipua.Call {
	s.t.Cleanup(func() {
		select {
		case <-call.Ended():
			return
		default:
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = call.Bye(ctx) // the other end may be quicker
	})
	return call
}

// at returns the page of a user.
func (s *story) at(id string) *user {
	s.t.Helper()
	return s.user(s.t, id)
}

// person is one with a phone that rings until it is told what to do.
type person struct {
	*story
	number string
	phone  *sipua.Phone
	rung   chan *ringing
}

// ringing is a call at a person's phone.
type ringing struct {
	*sipua.Incoming
	person *person
	decide chan func()
}

// phone has a phone ring from now on, for what comes in this story.
func (s *story) phone(number string) *person {
	p := &person{s, number, s.Phone(number), make(chan *ringing, 10)}
	p.phone.Answer(func(i *sipua.Incoming) {
		r := &ringing{i, p, make(chan func(), 1)}
		if i.Ring() != nil {
			return
		}
		p.rung <- r
		select {
		case decided := <-r.decide:
			decided()
		case <-i.Gone():
		case <-s.ctx.Done():
		}
	})
	s.t.Cleanup(func() { p.phone.Answer(nil) })
	return p
}

// rings waits until the phone rings.
func (p *person) rings() *ringing {
	p.t.Helper()
	select {
	case r := <-p.rung:
		return r
	case <-p.ctx.Done():
		p.t.Fatalf("%s's phone does not ring", p.number)
		return nil
	}
}

// answers takes the call.
func (r *ringing) answers() *sipua.Call {
	r.person.t.Helper()
	call, err := (*sipua.Call)(nil), error(nil)
	r.does(func() { call, err = r.Accept() })
	if err != nil {
		r.person.t.Fatalf("%s answers: %v", r.person.number, err)
	}
	return r.person.ends(call)
}

// declines refuses the call.
func (r *ringing) declines() {
	r.person.t.Helper()
	var err error
	r.does(func() { err = r.Refuse(603, "Decline") })
	if err != nil {
		r.person.t.Fatalf("%s declines: %v", r.person.number, err)
	}
}

// does has the phone's goroutine do something, and waits for it.
func (r *ringing) does(what func()) {
	done := make(chan struct{})
	r.decide <- func() { defer close(done); what() }
	select {
	case <-done:
	case <-r.person.ctx.Done():
		r.person.t.Fatalf("%s's phone does nothing", r.person.number)
	}
}

// stops waits until the phone rings no more.
func (r *ringing) stops() { r.person.over(r.Gone(), r.person.number+"'s phone stops to ring") }

// over waits for the end of something.
func (s *story) over(ended <-chan struct{}, what string) {
	s.t.Helper()
	select {
	case <-ended:
	case <-s.ctx.Done():
		s.t.Fatalf("not seen: %s", what)
	}
}

// outgoing is a call that somebody has begun.
type outgoing struct {
	*story
	cancel context.CancelFunc
	done   chan struct{}
	call   *sipua.Call
	err    error
}

// customer has somebody outside call a number.
func (s *story) customer(number, name, to string) *outgoing {
	return s.begin(func(ctx context.Context) (*sipua.Call, error) { return s.Outside().DialFrom(ctx, number, name, to) })
}

func (s *story) begin(dial func(context.Context) (*sipua.Call, error)) *outgoing {
	ctx, cancel := context.WithCancel(s.ctx)
	o := &outgoing{story: s, cancel: cancel, done: make(chan struct{})}
	// Ends with the answer or ctx; the story waits for it.
	go func() {
		defer close(o.done)
		o.call, o.err = dial(ctx)
	}()
	s.t.Cleanup(func() {
		if o.call == nil {
			cancel()
			<-o.done
		}
	})
	return o
}

// talks waits for the answer.
func (o *outgoing) talks() *sipua.Call {
	o.t.Helper()
	o.over(o.done, "the call is answered")
	if o.err != nil {
		o.t.Fatalf("the call is not answered: %v", o.err)
	}
	return o.ends(o.call)
}

// fails waits until the call is refused.
func (o *outgoing) fails() {
	o.t.Helper()
	o.over(o.done, "the call is refused")
	if refused := (*sipua.Refused)(nil); !errors.As(o.err, &refused) {
		o.t.Errorf("the call ended by %v, want a refusal", o.err)
	}
}

// givesUp cancels the call.
func (o *outgoing) givesUp() {
	o.cancel()
	<-o.done
}

// hangsUp ends a call.
func (s *story) hangsUp(call *sipua.Call) {
	s.t.Helper()
	if err := call.Bye(s.ctx); err != nil {
		s.t.Fatalf("hang up: %v", err)
	}
}

// ended waits until the other end has hung up.
func (s *story) ended(calls ...*sipua.Call) {
	s.t.Helper()
	for _, call := range calls {
		s.over(call.Ended(), "the call is ended by the other end")
	}
}
