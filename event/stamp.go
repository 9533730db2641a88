package event

import (
	"time"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Stamp numbers b as Queue does, and gives it to nobody: an event that answers
// an action.
func (h *Hub) Stamp(b transport.Block, received time.Time) Raw {
	return h.StampDoubtful(b, received, 0)
}

// StampDoubtful is Stamp for an event that its reader has found odd: the reasons
// are added to what [Event.Doubt] tells of it.
func (h *Hub) StampDoubtful(b transport.Block, received time.Time, doubt Doubt) Raw {
	h.mu.Lock()
	base := h.number(received)
	h.mu.Unlock()
	base.fields, base.doubt = b.Fields(), doubt
	return Raw{Base: base}
}

// CountDoubt counts an event that was handed out without a subscription, as an
// item of a list is, if [Event.Doubt] says something of it, and reports it as
// those of subscriptions are.
func (h *Hub) CountDoubt(ev Event) {
	if ev.Doubt() != 0 {
		h.doubted(ev)
	}
}
