package ajam

import (
	"context"
	"io"
	"time"
)

const (
	// bodyTimeout is how long an answer may stall once it has begun: Asterisk
	// has it complete before it sends the first byte.
	bodyTimeout = time.Minute
	// leastRate is how many bytes a second keep that time from running out, or
	// a byte now and then would be enough to hold a reader for ever.
	leastRate = 1024
)

// body bounds a response in time. The time that its reader takes between two
// reads does not count.
type body struct {
	io.ReadCloser
	ctx  context.Context // of the request: why a read failed is asked for there
	left time.Duration   // runs out while nothing comes; what comes adds to it
}

func newBody(ctx context.Context, r io.ReadCloser) io.ReadCloser {
	return &body{ReadCloser: r, ctx: ctx, left: bodyTimeout}
}

func (b *body) Read(p []byte) (int, error) {
	late := make(chan struct{})
	timer := time.AfterFunc(b.left, func() {
		close(late)
		_ = b.ReadCloser.Close()
	})
	began := time.Now()
	n, err := b.ReadCloser.Read(p)
	if !timer.Stop() {
		<-late
		return n, errSlow
	}
	b.left = min(bodyTimeout, b.left-time.Since(began)+time.Duration(n)*time.Second/leastRate)
	if err != nil && err != io.EOF {
		return n, because(b.ctx, err)
	}
	return n, err
}
