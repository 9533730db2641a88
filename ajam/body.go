package ajam

import (
	"context"
	"fmt"
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

// body bounds a response in bytes and in time. The time that its reader takes
// between two reads does not count.
type body struct {
	io.ReadCloser
	door *door
	ctx  context.Context // of the request: why a read failed is asked for there
	size int64
	left time.Duration // runs out while nothing comes; what comes adds to it
}

func (d *door) bound(ctx context.Context, r io.ReadCloser) io.ReadCloser {
	return &body{ReadCloser: r, door: d, ctx: ctx, left: bodyTimeout}
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
	b.size += int64(n)
	b.door.stats.bytesIn.Add(int64(n))
	switch {
	case b.size > b.door.maxBody:
		return 0, fmt.Errorf("the answer is over the %d bytes of Config.MaxBody", b.door.maxBody)
	case err != nil && err != io.EOF:
		return n, b.door.because(b.ctx, err)
	}
	return n, err
}
