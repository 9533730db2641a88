package event

import (
	"time"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Stamp numbers b as Queue does, and gives it to nobody: an event that answers
// an action.
func (h *Hub) Stamp(b transport.Block, received time.Time) Raw {
	h.mu.Lock()
	base := h.number(received)
	h.mu.Unlock()
	base.fields = b.Fields()
	return Raw{Base: base}
}
