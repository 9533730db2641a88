package ami

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

// read frames what Asterisk sends until the wire dies, and tells everybody
// who waits for something then.
func (c *Conn) read(written <-chan struct{}) {
	err := c.readBanner()
	if err == nil {
		err = broken(c.reader.Run())
	}
	c.fail(err)
	<-written
	c.pending.Close(c.Err(), c.wire.accepted.Load())
	if c.announced && !errors.Is(c.Err(), ErrClosed) {
		c.hub.Disconnect(c.Err())
	}
	if c.own != nil {
		c.own.End(c.Err())
	}
	close(c.dead)
}

// broken says that a read has failed.
func broken(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("ami: connection closed by the peer: %w", err)
	}
	return fmt.Errorf("ami: read: %w", err)
}

// readBanner reads the first line. What it says matters little: proxies and
// forks say other things than Asterisk.
func (c *Conn) readBanner() error {
	line, err := c.reader.Line()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("ami: connection closed before the banner (authlimit in manager.conf reached, or not an AMI port): %w", err)
	}
	var limit *transport.LimitError
	if errors.As(err, &limit) {
		line = fmt.Sprintf("of %d bytes", limit.Size)
	} else if err != nil {
		return fmt.Errorf("ami: read the banner: %w", err)
	}
	if !strings.HasPrefix(line, "Asterisk ") {
		c.config.Logger.Warn("ami: unknown banner", "address", c.address, "banner", show.Text(strings.Clone(line)))
	}
	c.version = bannerVersion(strings.Clone(line))
	close(c.banner)
	return nil
}

// receiver is the side of a Conn that its reader sees.
type receiver struct{ *Conn }

// News reach the subscriptions, unless the peer sends them before its answer to
// the login: to a subscription that would be in the gap after the last login.
func (r receiver) News(b transport.Block, name string, received time.Time, doubt event.Doubt) {
	switch name {
	case "FullyBooted":
		r.booted.Store(true)
	case "Shutdown":
		r.shutdown.Store(true)
	}
	if r.announced {
		r.hub.Queue(b, received, doubt)
	}
}

// Missed tells the subscriptions of news that did not fit.
func (r receiver) Missed(head transport.Block, received time.Time) {
	if r.announced {
		r.hub.Oversized(head, received)
	}
}

func (r receiver) Skipped(limit *transport.LimitError) {
	r.config.Logger.Warn("ami: skipped what is over Config.Limits", "address", r.address, "error", limit)
}
