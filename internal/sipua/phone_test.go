package sipua_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

// desk is three phones of a server, and what a manager hears of them.
type desk struct {
	ann, bea, cem *sipua.Phone
	events        *event.Subscription
}

func each(t *testing.T, test func(t *testing.T, ctx context.Context, d desk)) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		user := s.User("all")
		client, err := ami.Connect(ctx, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		d := desk{ann: sipua.Open(t, s, "100"), bea: sipua.Open(t, s, "101"), cem: sipua.Open(t, s, "102")}
		d.events = client.Subscribe(event.Named("Hold", "Unhold", "BlindTransfer", "AttendedTransfer", "BridgeEnter"), nil)
		defer d.events.Close()
		for _, phone := range []*sipua.Phone{d.ann, d.bea, d.cem} {
			if err := phone.Register(ctx); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = phone.Unregister(context.WithoutCancel(ctx)) }()
		}
		test(t, ctx, d)
	})
}

// hear waits for an event of that name.
func (d desk) hear(t *testing.T, ctx context.Context, name string) event.Event {
	t.Helper()
	for ev := range d.events.All(ctx) {
		if ev.EventName() == name {
			return ev
		}
	}
	t.Fatalf("no %s: %v", name, context.Cause(ctx))
	return nil
}

// accepting has a phone answer, and returns its calls.
func accepting(t *testing.T, p *sipua.Phone) <-chan *sipua.Call {
	calls := make(chan *sipua.Call, 1)
	p.Answer(func(i *sipua.Incoming) {
		if err := i.Ring(); err != nil {
			t.Error(err)
		}
		c, err := i.Accept()
		if err != nil {
			t.Error(err)
		}
		calls <- c
	})
	return calls
}

// connected has ann call a phone, and waits until Asterisk has brought them together.
func (d desk) connected(t *testing.T, ctx context.Context, p *sipua.Phone, number string) (near, far *sipua.Call) {
	t.Helper()
	answered := accepting(t, p)
	near, err := d.ann.Dial(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		d.hear(t, ctx, "BridgeEnter")
	}
	select {
	case far = <-answered:
	case <-ctx.Done():
		t.Fatal("nobody has answered")
	}
	return near, far
}

func over(t *testing.T, ctx context.Context, c interface{ Ended() <-chan struct{} }) {
	t.Helper()
	select {
	case <-c.Ended():
	case <-ctx.Done():
		t.Error("the call goes on")
	}
}

func TestCallAndHold(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d desk) {
		near, far := d.connected(t, ctx, d.bea, "101")
		if err := near.Hold(ctx); err != nil {
			t.Fatal(err)
		}
		d.hear(t, ctx, "Hold")
		if err := near.Resume(ctx); err != nil {
			t.Fatal(err)
		}
		d.hear(t, ctx, "Unhold")
		if err := near.Bye(ctx); err != nil {
			t.Fatal(err)
		}
		over(t, ctx, far)
	})
}

// The one who was called can do the same.
func TestHoldByTheCalled(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d desk) {
		near, far := d.connected(t, ctx, d.bea, "101")
		if err := far.Hold(ctx); err != nil {
			t.Fatal(err)
		}
		d.hear(t, ctx, "Hold")
		if err := far.Bye(ctx); err != nil {
			t.Fatal(err)
		}
		over(t, ctx, near)
	})
}

func TestRefuse(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d desk) {
		d.bea.Answer(func(i *sipua.Incoming) {
			if i.From != "100" {
				t.Errorf("the caller is %s, want 100", i.From)
			}
			if err := i.Refuse(486, "Busy Here"); err != nil {
				t.Error(err)
			}
		})
		_, err := d.ann.Dial(ctx, "101")
		if refused := (*sipua.Refused)(nil); !errors.As(err, &refused) || refused.Code != 486 {
			t.Errorf("Dial of a busy phone = %v, want 486", err)
		}
	})
}

func TestRedirect(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d desk) {
		d.bea.Answer(func(i *sipua.Incoming) {
			if err := i.Redirect("91"); err != nil { // the echo
				t.Error(err)
			}
		})
		call, err := d.ann.Dial(ctx, "101")
		if err != nil {
			t.Fatal(err)
		}
		if err := call.Bye(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestRefer(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d desk) {
		near, far := d.connected(t, ctx, d.bea, "101")
		if err := near.Refer(ctx, "91"); err != nil {
			t.Error(err)
			return
		}
		if ev, ok := d.hear(t, ctx, "BlindTransfer").(event.BlindTransfer); !ok || ev.Extension != "91" {
			t.Errorf("the transfer is to %s, want 91", ev.Extension)
		}
		over(t, ctx, near)
		if err := far.Bye(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestReferReplaces(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d desk) {
		first, bea := d.connected(t, ctx, d.bea, "101")
		second, cem := d.connected(t, ctx, d.cem, "102")
		if err := second.ReferTo(ctx, first); err != nil {
			t.Fatal(err)
		}
		d.hear(t, ctx, "AttendedTransfer")
		over(t, ctx, first)
		over(t, ctx, second)
		if err := bea.Bye(ctx); err != nil {
			t.Error(err)
		}
		over(t, ctx, cem) // they were connected
	})
}

func TestCancel(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d desk) {
		rings := make(chan struct{})
		d.bea.Answer(func(i *sipua.Incoming) {
			if err := i.Ring(); err != nil {
				t.Error(err)
			}
			close(rings)
		})
		hurry, stop := context.WithCancel(ctx)
		go func() {
			<-rings
			stop()
		}()
		if _, err := d.ann.Dial(hurry, "101"); !errors.Is(err, context.Canceled) {
			t.Errorf("Dial = %v, want a cancelled context", err)
		}
	})
}
