package pbxtest

import (
	"context"
	"fmt"
	"net"
	"slices"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// Handset is a phone in the hands of a test: it calls, and sees what rings. What the Config says that the phone does by itself, as Answer, it
// still does. All methods are safe for concurrent use, and work in a bubble of testing/synctest.
type Handset struct {
	pbx   *PBX
	id    string
	rings []*Call       // guarded by the PBX's mutex: those that ring, and nobody has taken from Next
	more  chan struct{} // guarded by it, too: closed when there are more, or the PBX was closed
}

// Phone returns the handset of a phone, always the same one. The error says that there is no such phone. Of a [CallCentre] it takes the phone
// out of the hands of its agent.
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

// Call dials a number. The call may be refused later, which [Call.Ended] tells. The error says that the dialplan has no such number, or that there
// are too many calls; it is net.ErrClosed after Close.
func (h *Handset) Call(exten string) (*Call, error) {
	return h.begin(exten, func(p *pbx.Phone) *pbx.Line { return p.Call(exten) })
}

// CallAs is Call for somebody outside who calls by a provider, with the number and name that others see. Both may be any text: what callers send
// is not to be trusted.
func (h *Handset) CallAs(number, name, exten string) (*Call, error) {
	return h.begin(exten, func(p *pbx.Phone) *pbx.Line { return p.CallAs(number, name, exten) })
}

func (h *Handset) begin(exten string, dial func(p *pbx.Phone) *pbx.Line) (call *Call, err error) {
	err = net.ErrClosed
	h.pbx.do(func() {
		err = nil
		line := dial(h.pbx.machine.Phone(h.id))
		if line == nil {
			err = fmt.Errorf("pbxtest: %s can't call %q: the dialplan has no such extension, or there are too many calls", h.id, exten)
			return
		}
		call = h.pbx.newCall(line)
	})
	return call, err
}

// Next waits for the next call that rings at the phone, and returns those that rang before first. Calls that have ended meanwhile are left out.
// The error is that of ctx, or net.ErrClosed after Close.
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
