package sipua_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// act is a story that is played: three people with phones, and a teller.
type act struct {
	*teller
	ann, bea, cem *person
	listener      net.Listener // for programs of AGI; nil for one of TCP
}

// person is one with a phone: ann has 100, bea 101, cem 102.
type person struct {
	*teller
	phone  *sipua.Phone // nil on pbxtest
	at     handset
	device string
	word   chan struct{}     // a token has the phone that rings answer
	calls  chan conversation // answered
}

func (l *teller) person(phone *sipua.Phone, number string) *person {
	p := l.personAt(realPhone{phone}, number)
	p.phone = phone
	return p
}

// personAt is a person with a phone of any kind.
func (l *teller) personAt(at handset, number string) *person {
	return &person{teller: l, at: at, device: "PJSIP/" + number, word: make(chan struct{}, 10), calls: make(chan conversation, 10)}
}

// rings has the phone ring until it is told to answer, or the caller gives up.
func (p *person) rings() {
	p.at.Answer(func(i incoming) {
		if i.Ring() != nil {
			return
		}
		if p.waits(i) != nil {
			return
		}
		if call, err := i.Accept(); err == nil {
			p.calls <- call
		} // else the caller has given up
	})
}

// declines has the phone ring, and refuse at the person's word.
func (p *person) declines(code int) {
	p.at.Answer(func(i incoming) {
		if i.Ring() != nil {
			return
		}
		if p.waits(i) == nil {
			_ = i.Refuse(code, "No")
		}
	})
}

// waits waits for the person's word, which is for a call that still rings.
func (p *person) waits(i incoming) error {
	select {
	case <-i.Gone():
		return context.Canceled
	default:
	}
	select {
	case <-p.word:
		return nil
	case <-i.Gone():
		return context.Canceled
	case <-p.ctx.Done():
		return context.Cause(p.ctx)
	}
}

// answers has the phone answer what rings there, and returns that call.
func (p *person) answers() conversation {
	p.t.Helper()
	p.word <- struct{}{}
	return p.taken()
}

// taken returns the next call that the phone has answered.
func (p *person) taken() conversation {
	p.t.Helper()
	select {
	case call := <-p.calls:
		return call
	case <-p.ctx.Done():
		p.t.Fatalf("%s has answered nothing\n%s\n%s", p.device, strings.Join(p.lines, "\n"), strings.Join(p.last, "\n"))
		return nil
	}
}

func (p *person) refuses(code int) {
	p.at.Refuses(code)
}

func (p *person) redirects(number string) {
	p.at.Redirects(number)
}

// attempt is a call that was not answered so far.
type attempt struct {
	*teller
	cancel context.CancelFunc
	rings  chan ringingCall
	done   chan struct{}
	call   conversation
	err    error
}

// dials begins a call.
func (p *person) dials(number string) *attempt {
	rings := make(chan ringingCall, 10)
	a := p.begins(func(ctx context.Context) (conversation, error) {
		return p.at.Dial(ctx, number, func(r ringingCall) { rings <- r })
	})
	a.rings = rings
	return a
}

// begins begins a call.
func (l *teller) begins(dial func(ctx context.Context) (conversation, error)) *attempt {
	ctx, cancel := context.WithCancel(l.ctx)
	a := &attempt{teller: l, cancel: cancel, done: make(chan struct{})}
	// Ends with the answer or ctx; whoever dials waits for it.
	go func() {
		defer close(a.done)
		a.call, a.err = dial(ctx)
	}()
	return a
}

// up waits for the answer.
func (a *attempt) up() conversation {
	a.t.Helper()
	if <-a.done; a.err != nil {
		a.t.Fatalf("%v\n%s\n%s", a.err, strings.Join(a.lines, "\n"), strings.Join(a.last, "\n"))
	}
	return a.call
}

// fails waits for the refusal.
func (a *attempt) fails() {
	a.t.Helper()
	<-a.done
	if refused := (*sipua.Refused)(nil); !errors.As(a.err, &refused) {
		a.t.Errorf("the call ended by %v, want a refusal", a.err)
	}
}

// givesUp cancels the call.
func (a *attempt) givesUp() {
	a.cancel()
	<-a.done
}

func (l *teller) bye(calls ...conversation) {
	l.t.Helper()
	for _, c := range calls {
		must(l.t, c.Bye(l.ctx))
	}
}

// gone waits until the other end has hung up.
func (l *teller) gone(calls ...conversation) {
	l.t.Helper()
	for _, c := range calls {
		over(l.t, l.ctx, c)
	}
}

func (l *teller) do(a action.Action) {
	l.t.Helper()
	l.pause(l.ctx)
	_, err := l.client.Do(l.ctx, a)
	must(l.t, err)
}

// channel is the name of the newest channel of a person.
func (p *person) channel() string {
	p.t.Helper()
	var name string
	for c := range p.model.View().Channels() {
		if event.Device(c.Name) == p.device && c.Name > name {
			name = c.Name
		}
	}
	if name == "" {
		p.t.Fatalf("%s has no channel", p.device)
	}
	return name
}

// press sends keys of a phone.
func (l *teller) press(c conversation, keys string) {
	l.t.Helper()
	must(l.t, c.Press(l.ctx, keys))
}

// pressUntil sends keys until it is told what they do: Asterisk may not listen for them yet.
func (l *teller) pressUntil(c conversation, keys, text string) {
	l.t.Helper()
	for l.ctx.Err() == nil {
		l.press(c, keys)
		again, cancel := context.WithTimeout(l.ctx, 2*time.Second)
		told := l.tells(again, text)
		if cancel(); told {
			return
		}
	}
	l.until(text)
}

// serve has AGI of the dialplan run a handler.
func (s *act) serve(handler agi.HandlerFunc) {
	s.t.Helper()
	listener := s.listener
	if listener == nil {
		var err error
		if listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			s.t.Fatal(err)
		}
	}
	server := &fastagi.Server{Handler: handler}
	var tasks sync.WaitGroup
	tasks.Go(func() { _ = server.Serve(listener) }) // ends with the server, when the test has ended
	s.t.Cleanup(func() {
		_ = server.Close()
		tasks.Wait()
	})
	s.do(action.Setvar{Variable: "STORY_AGI", Value: "agi://" + listener.Addr().String()})
}

// talk has one call another, who answers. Each gets their end.
func (s *act) talk(from, to *person, number string) (near, far conversation) {
	s.t.Helper()
	to.rings()
	a := from.dials(number)
	s.until(to.number() + " rings")
	far = to.answers()
	near = a.up()
	return near, far
}

func (p *person) number() string { return strings.TrimPrefix(p.device, "PJSIP/") }
