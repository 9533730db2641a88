package ami

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

// read frames what Asterisk sends until the wire dies, and tells everybody
// who waits for something then.
func (c *Conn) read(written <-chan struct{}) {
	reader := transport.NewReader(c.source, &c.config.Limits)
	c.fail(c.readAll(reader))
	<-written
	for _, r := range c.flight.close(c.cause, c.accepted.Load()) {
		c.finish(r)
	}
	closed := errors.Is(c.cause, ErrClosed)
	if c.announced && !closed {
		c.hub.Disconnect(c.cause)
	}
	switch {
	case !c.ownHub:
	case closed:
		c.hub.Close(nil)
	default:
		c.hub.Close(c.cause)
	}
	close(c.dead)
}

func (c *Conn) readAll(reader *transport.Reader) error {
	if err := c.readBanner(reader); err != nil {
		return err
	}
	for {
		block, err := reader.Next()
		if err == nil {
			err = c.dispatch(reader, block)
		} else {
			err = c.unreadable(block, err)
		}
		if err != nil {
			return err
		}
	}
}

// unreadable goes on behind a block over the limits; other errors are the end.
func (c *Conn) unreadable(head transport.Block, err error) error {
	var limit *transport.LimitError
	switch {
	case errors.As(err, &limit):
		c.oversized(head, limit)
		return nil
	case errors.Is(err, io.EOF):
		return fmt.Errorf("ami: connection closed by the peer: %w", err)
	default:
		return fmt.Errorf("ami: read: %w", err)
	}
}

// readBanner reads the first line. What it says matters little: proxies and
// forks say other things than Asterisk.
func (c *Conn) readBanner(reader *transport.Reader) error {
	line, err := reader.Line()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("ami: connection closed before the banner (authlimit in manager.conf reached, or not an AMI port): %w", err)
	}
	if err != nil {
		return fmt.Errorf("ami: read the banner: %w", err)
	}
	if !strings.HasPrefix(line, "Asterisk ") {
		c.config.Logger.Warn("ami: unknown banner", "address", c.address, "banner", show.Text(strings.Clone(line)))
	}
	c.version = bannerVersion(strings.Clone(line))
	close(c.banner)
	return nil
}

// dispatch sorts a block by its first key: an event may hold the key Response.
func (c *Conn) dispatch(reader *transport.Reader, b transport.Block) error {
	key, value := b.First()
	switch key {
	case "Event":
		c.event(b, value)
	case "Response":
		if value == "Follows" && c.flight.commands(b.Get("ActionID")) {
			var err error
			if b, err = follow(reader, b); err != nil {
				return c.unreadable(b, err)
			}
		}
		c.respond(b)
	default:
		if !c.flight.stray(b) {
			c.stats.orphans.Add(1)
		}
	}
	return nil
}

// follow extends the answer to a Command of Asterisk 13 and older, which may
// hold empty lines, to its end mark.
func follow(reader *transport.Reader, b transport.Block) (transport.Block, error) {
	for searched := 0; !strings.Contains(b.Text()[searched:], endCommand); {
		searched = max(0, len(b.Text())-len(endCommand))
		var err error
		if b, err = reader.Extend(); err != nil {
			return b, err
		}
	}
	return b, nil
}

// isNews tells news from the items of a list. News have their classes in the
// second line, and these end in "all"; items have none, or a word of their own.
func isNews(b transport.Block) bool {
	key, value := b.Second()
	return key == "Privilege" && strings.HasSuffix(value, ",all")
}

// event tells news from the items of a list.
func (c *Conn) event(b transport.Block, name string) {
	c.stats.events.Add(1)
	if isNews(b) {
		c.news(b, name)
		return
	}
	number, ours := c.flight.ours(b.Get("ActionID"))
	if !ours {
		if !c.flight.adopt(b, c.source.received, c.hub) {
			c.news(b, name)
		}
		return
	}
	ended, known := c.flight.item(number, b, c.source.received, c.hub)
	if !known {
		c.stats.late.Add(1)
	}
	if ended != nil {
		c.finish(ended)
	}
}

// news reach the subscriptions, unless the peer sends them before its answer to
// the login: to a subscription that would be in the gap behind the last login.
func (c *Conn) news(b transport.Block, name string) {
	switch name {
	case "FullyBooted":
		c.boot.Do(func() { close(c.booted) })
	case "Shutdown":
		c.shutdown.Store(true)
	}
	if c.announced {
		c.hub.Queue(b, c.source.received)
	}
}

// missed tells the subscriptions of news that did not fit.
func (c *Conn) missed(head transport.Block) {
	if c.announced {
		c.hub.QueueOversized(head, c.source.received)
	}
}

func (c *Conn) respond(b transport.Block) {
	c.stats.responses.Add(1)
	number, ours := c.flight.ours(b.Get("ActionID"))
	if !ours {
		c.stats.orphans.Add(1)
		return
	}
	ended, known := c.flight.respond(number, b)
	if !known {
		c.stats.late.Add(1)
	}
	for _, r := range ended {
		c.finish(r)
	}
}

// oversized says whose block it was that did not fit.
func (c *Conn) oversized(head transport.Block, limit *transport.LimitError) {
	c.stats.oversized.Add(1)
	c.config.Logger.Warn("ami: skipped what is over Config.Limits", "address", c.address, "error", limit)
	if isNews(head) {
		c.missed(head)
		return
	}
	number, ours := c.flight.ours(head.Get("ActionID"))
	key, _ := head.First()
	var r *request
	switch {
	case ours:
		r = c.flight.cut(number, limit)
	case key == "Event":
		r = c.flight.cutList(limit) // many items have their ActionID last
	}
	if r != nil {
		c.finish(r)
	} else if !ours {
		c.missed(head)
	}
}

// finish lets whoever waits for r go on.
func (c *Conn) finish(r *request) {
	if !r.unpaid {
		<-c.slots
	}
	close(r.done)
}
