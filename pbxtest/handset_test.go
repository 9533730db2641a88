package pbxtest_test

import (
	"context"
	"errors"
	"net"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// desk is phones that do nothing by themselves.
var desk = pbxtest.Config{
	Phones: []pbxtest.Phone{
		{ID: "100", Name: "Ann", Context: "office"}, {ID: "101", Name: "Bea", Context: "office"}, {ID: "102", Name: "Cem", Context: "office"},
		{ID: "outside", Context: "trunk", Trunk: true},
	},
	Dialplan: `
[office]
include => parkedcalls
exten => _1XX,1,Dial(PJSIP/${EXTEN},20,tTkK)
 same => n,Hangup()
exten => _0X.,1,Dial(PJSIP/${EXTEN:1}@outside,20)
 same => n,Hangup()

[trunk]
exten => 5550100,1,Dial(PJSIP/100,20)
 same => n,Hangup()
`,
}

// hand is a phone of a test.
type hand struct {
	*pbxtest.Handset
	t *testing.T
}

func take(t *testing.T, p *pbxtest.PBX, id string) hand {
	t.Helper()
	h, err := p.Phone(id)
	if err != nil {
		t.Fatal(err)
	}
	return hand{h, t}
}

func (h hand) call(exten string) *pbxtest.Call {
	h.t.Helper()
	c, err := h.Call(exten)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// next is what rings within a minute.
func (h hand) next() *pbxtest.Call {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), time.Minute)
	defer cancel()
	c, err := h.Next(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// must has what a phone does succeed, and what is so because of it come about.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

func is(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func newDesk(t *testing.T) *pbxtest.PBX {
	t.Helper()
	p, err := pbxtest.New(&desk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func TestHandsets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newDesk(t)
		ann, bea, cem := take(t, p, "100"), take(t, p, "101"), take(t, p, "102")
		call := ann.call("101")
		rings := bea.next()
		if rings.From() != "100" || is(call.Answered()) || is(rings.Answered()) {
			t.Errorf("%s calls, want 100, and nobody has answered", rings.From())
		}
		must(t, rings.Answer())
		if !is(call.Answered()) || !is(rings.Answered()) || is(call.Ended()) {
			t.Error("the call was not answered, or has ended")
		}
		if err := rings.Answer(); err == nil {
			t.Error("a call was answered twice")
		}
		must(t, rings.Hold())
		must(t, rings.Resume())
		must(t, rings.Transfer("102"))
		if !is(rings.Ended()) || is(call.Ended()) {
			t.Error("after a transfer who has transferred talks on, or who was transferred does not")
		}
		if err := rings.Hangup(); err == nil {
			t.Error("a call that has ended was hung up")
		}
		third := cem.next()
		must(t, third.Reject(486))
		if !is(third.Ended()) || !is(call.Ended()) {
			t.Error("a call that was refused goes on")
		}
		given := ann.call("101")
		bea.next()
		must(t, given.Hangup())
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if c, err := bea.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Next = %v, %v, want nothing to ring", c, err)
		}
	})
}

// TestHandsetConsults has Bea ask Cem, and connect Ann with him, also while his phone rings.
func TestHandsetConsults(t *testing.T) {
	for _, answers := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			p := newDesk(t)
			ann, bea, cem := take(t, p, "100"), take(t, p, "101"), take(t, p, "102")
			call := ann.call("101")
			first := bea.next()
			must(t, first.Answer())
			must(t, first.Hold())
			second := bea.call("102")
			rings := cem.next()
			if answers {
				must(t, rings.Answer())
			}
			must(t, first.TransferTo(second))
			if !answers {
				must(t, rings.Answer())
			}
			if !is(first.Ended()) || !is(second.Ended()) || is(call.Ended()) || is(rings.Ended()) {
				t.Error("a transfer has not left Ann and Cem alone")
			}
			must(t, rings.Hangup())
			if !is(call.Ended()) {
				t.Error("Ann talks to nobody")
			}
		})
	}
}

func TestHandsetParks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newDesk(t)
		_, client := connect(t, p)
		parked := client.Subscribe(event.Of[event.ParkedCall](), nil)
		ann, bea, cem := take(t, p, "100"), take(t, p, "101"), take(t, p, "102")
		call := ann.call("101")
		rings := bea.next()
		must(t, rings.Answer())
		must(t, rings.Press("#72"))
		e, err := parked.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		fetched := cem.call(strconv.Itoa(e.(event.ParkedCall).ParkingSpace))
		synctest.Wait()
		<-rings.Ended()
		if !is(fetched.Answered()) || is(call.Ended()) {
			t.Error("Ann was not fetched")
		}
	})
}

// TestProvider has somebody call by a provider with a number that breaks lines, and somebody be called.
func TestProvider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newDesk(t)
		outside, ann := take(t, p, "outside"), take(t, p, "100")
		if _, err := outside.CallAs("5550199\r\nEvent: Bad", "Eve", "5550100"); err != nil {
			t.Fatal(err)
		}
		if rings := ann.next(); rings.From() != "5550199\r\nEvent: Bad" {
			t.Errorf("%q calls", rings.From())
		}
		ann.call("05550142")
		if rings := outside.next(); rings.To() != "5550142" || rings.From() != "100" {
			t.Errorf("%q is called by %q, want 5550142 by 100", rings.To(), rings.From())
		}
	})
}

// TestHandsetEnds closes and restarts a PBX while phones ring and talk.
func TestHandsetEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newDesk(t)
		ann, bea := take(t, p, "100"), take(t, p, "101")
		call := ann.call("101")
		must(t, bea.next().Answer())
		must(t, p.Restart())
		if !is(call.Ended()) {
			t.Error("a call outlives a restart")
		}
		call = ann.call("101")
		rings := bea.next()
		waits := make(chan error)
		// Ends with Next.
		go func() {
			_, err := bea.Next(context.Background())
			waits <- err
		}()
		synctest.Wait()
		must(t, p.Close())
		if err := <-waits; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Next = %v after Close, want net.ErrClosed", err)
		}
		if !is(call.Ended()) || !is(rings.Ended()) {
			t.Error("a call outlives Close")
		}
		if err := call.Hangup(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Hangup = %v after Close, want net.ErrClosed", err)
		}
		if _, err := ann.Call("101"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Call = %v after Close, want net.ErrClosed", err)
		}
	})
}
