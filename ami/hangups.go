package ami

import (
	"errors"
	"sync"
	"time"
)

// hangups are the Hangup actions for a call. The zero value has none.
type hangups struct {
	mu      sync.Mutex // guards all below
	running int
	idle    chan struct{} // closed when none runs any more; nil while none has
	done    bool          // one has been answered
	unknown bool          // one was sent, and nobody knows whether it was done
}

func (h *hangups) begin() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.running == 0 {
		h.idle = make(chan struct{})
	}
	h.running++
}

func (h *hangups) end(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var refusal *Error
	switch {
	case err == nil:
		h.done = true
	case !errors.As(err, &refusal) && !errors.Is(err, ErrNotSent):
		h.unknown = true
	}
	if h.running--; h.running == 0 {
		close(h.idle)
	}
}

// state tells whether one may have ended the call, and whether one surely has.
func (h *hangups) state() (maybe, surely bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.running > 0 || h.unknown || h.done, h.done
}

// did reports whether one has surely ended the call. Those that run may take until
// limit.
func (h *hangups) did(limit time.Duration) bool {
	h.wait(limit)
	_, surely := h.state()
	return surely
}

// wait waits until none runs, but no longer than limit.
func (h *hangups) wait(limit time.Duration) {
	h.mu.Lock()
	idle := h.idle
	h.mu.Unlock()
	if idle == nil {
		return
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	}
}
