package pbxtest

import (
	"context"
	"fmt"
	"net"
	"slices"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// Handset is a phone in the hands of a test: it calls, and sees what rings. What the Config says that the phone does by itself, as AnswerAfter, it
// still does. It stays usable after [PBX.Restart]. All methods are safe for concurrent use, and work in a bubble of testing/synctest.
type Handset struct {
	pbx   *PBX
	id    string
	rings []*Call       // guarded by the PBX's mutex: those that ring, and nobody has taken from Next
	more  chan struct{} // guarded by it, too: closed when there are more, or the PBX was closed
}

// Phone returns the handset of the phone with that ID, always the same one. The error says that there is no such phone. In a [CallCentre] the
// agent no longer uses the phone then.
func (p *PBX) Phone(id string) (*Handset, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if h := p.handsets[id]; h != nil {
		return h, nil
	}
	if p.machine.Phone(id) == nil {
		return nil, fmt.Errorf("pbxtest: there is no phone %s", id)
	}
	h := &Handset{pbx: p, id: id, more: make(chan struct{})}
	p.handsets[id] = h
	h.attach()
	return h, nil
}

// attach has the machine tell of what rings.
func (h *Handset) attach() {
	h.pbx.machine.Phone(h.id).Rings(func(l *pbx.Line) {
		h.forget()
		h.rings = append(h.rings, h.pbx.newCall(l))
		close(h.more)
		h.more = make(chan struct{})
	})
}

// Call dials an extension of the phone's context, and returns at once. The error says why the PBX refuses to begin the call: the phone is not
// registered, the dialplan has no such extension, or there are as many channels as Limits.Channels says; it is net.ErrClosed after Close. What
// becomes of the call later [Call.Answered] and [Call.Ended] tell.
func (h *Handset) Call(exten string) (*Call, error) {
	return h.begin(exten, func(p *pbx.Phone) *pbx.Line { return p.Call(exten) })
}

// CallAs is Call for somebody outside who calls by a trunk, with the number and name that others see. Both may be any text, line breaks too: a
// real server passes on what callers send.
func (h *Handset) CallAs(number, name, exten string) (*Call, error) {
	return h.begin(exten, func(p *pbx.Phone) *pbx.Line { return p.CallAs(number, name, exten) })
}

func (h *Handset) begin(exten string, dial func(p *pbx.Phone) *pbx.Line) (call *Call, err error) {
	err = net.ErrClosed
	h.pbx.do(func() {
		phone := h.pbx.machine.Phone(h.id)
		if err = phone.MayDial(exten); err != nil {
			err = fmt.Errorf("pbxtest: phone %s calls %q: %w", h.id, exten, err)
			return
		}
		call = h.pbx.newCall(dial(phone))
	})
	return call, err
}

// Reject has the phone reject each call that comes from now on, without ringing, as [Phone].Reject has it; zero has it ring again. After
// [PBX.Restart] the phone is again as the Config says. The error says that there is no such status, or is net.ErrClosed after Close.
func (h *Handset) Reject(status int) error {
	if status != 0 {
		if err := checkStatus(status); err != nil {
			return fmt.Errorf("pbxtest: phone %s rejects: %w", h.id, err)
		}
	}
	err := net.ErrClosed
	h.pbx.do(func() {
		h.pbx.machine.Phone(h.id).Refuses(status)
		err = nil
	})
	return err
}

// Next returns the next call that rings at the phone, and waits for one if need be; the one that has rung longest comes first. Each call is returned once;
// those that have ended meanwhile are left out. Only calls that began to ring after [PBX.Phone] are seen. The error is that of ctx, or net.ErrClosed
// after Close.
func (h *Handset) Next(ctx context.Context) (*Call, error) {
	for {
		call, more, closed := h.take()
		switch {
		case call != nil:
			return call, nil
		case closed:
			return nil, net.ErrClosed
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take returns the first call that rings, or what tells of more.
func (h *Handset) take() (call *Call, more <-chan struct{}, closed bool) {
	h.pbx.mu.Lock()
	defer h.pbx.mu.Unlock()
	h.forget()
	if len(h.rings) > 0 {
		call = h.rings[0]
		h.rings = h.rings[1:]
	}
	return call, h.more, h.pbx.closed
}

// forget leaves out calls that have ended, so that those which nobody takes do not become more and more.
func (h *Handset) forget() {
	h.rings = slices.DeleteFunc(h.rings, func(c *Call) bool { return c.line.Ended })
}
