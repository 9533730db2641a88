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
	reader := transport.NewReader(c.source, c.config.limitsBeforeLogin())
	c.sorter.reader = reader
	c.fail(c.readAll(reader))
	if c.suspect.held {
		b, received, doubt := c.suspect.take()
		_, name := b.First()
		c.news(b, name, received, doubt)
	}
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
			err = c.dispatch(block)
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

// dispatch gives a block to whom it belongs.
func (c *Conn) dispatch(b transport.Block) error {
	k, value := c.sorter.next(b)
	if c.suspect.held {
		c.decide(k, b)
	}
	switch k {
	case newsBlock:
		c.stats.events.Add(1)
		c.news(b, value, c.source.received, c.cutBehind())
	case itemBlock:
		c.stats.events.Add(1)
		c.item(b, value)
	case answerBlock:
		if value == "Follows" && c.flight.commands(b.Get("ActionID")) {
			var err error
			if b, err = follow(&c.sorter, b); err != nil {
				return c.unreadable(b, err)
			}
		}
		c.respond(b)
	default:
		c.stray(b)
	}
	return nil
}

// follow extends the answer to a Command of Asterisk 13 and older, which may
// hold empty lines, to its end mark.
func follow(sorter *sorter, b transport.Block) (transport.Block, error) {
	for searched := 0; !strings.Contains(b.Text()[searched:], endCommand); {
		searched = max(0, len(b.Text())-len(endCommand))
		var err error
		if b, err = sorter.extend(); err != nil {
			return b, err
		}
	}
	return b, nil
}

// item takes an event that is not for everybody.
func (c *Conn) item(b transport.Block, name string) {
	number, whose := c.flight.owner(b)
	received, doubt := c.source.received, c.cutBehind()
	switch {
	case whose == us:
		ended, known := c.flight.item(number, b, received, doubt, c.hub)
		if !known {
			c.stats.late.Add(1)
		}
		if ended != nil {
			c.finish(ended)
		}
	case !mayBeItem(b):
		c.news(b, name, received, doubt)
	case whose == nobody:
		if !c.adopt(b, received, doubt) {
			c.news(b, name, received, doubt|event.DoubtNoActionID)
		}
	case c.flight.listing() && c.suspect.hold(b, received, doubt):
	default:
		c.news(b, name, received, doubt)
	}
}

// adopt gives an event that has no ActionID of ours to the list under way, and
// reports whether there is one.
func (c *Conn) adopt(b transport.Block, received time.Time, doubt event.Doubt) bool {
	taken, ask := c.flight.adopt(b, received, doubt, c.hub)
	if ask {
		c.sendBarrier()
	}
	return taken
}

// decide says by the block after it whose the suspect is.
func (c *Conn) decide(k kind, next transport.Block) {
	_, whose := c.flight.owner(next)
	decided, ours := c.suspect.decide(k, whose)
	if !decided {
		return
	}
	b, received, doubt := c.suspect.take()
	if ours && c.adopt(b, received, doubt|event.DoubtCut) {
		return
	}
	_, name := b.First()
	c.news(b, name, received, doubt)
}

// cutBehind reports that the event which is at hand was cut, where what has been
// read behind it tells that: lines that belong to no message.
func (c *Conn) cutBehind() event.Doubt {
	b, k, whole := c.sorter.peek()
	fits := true
	switch k {
	case noBlock, newsBlock:
	case itemBlock:
		fits = !whole || c.belongs(b) || c.flight.listing() || !mayBeItem(b)
	case answerBlock:
		fits = !whole || c.belongs(b)
	default:
		fits = c.flight.linesDue()
	}
	if fits {
		return 0
	}
	return event.DoubtCut
}

// belongs reports whether a block has an ActionID of ours, or another's where
// Asterisk writes it, as behind a proxy.
func (c *Conn) belongs(b transport.Block) bool {
	if key, _ := b.Second(); key == "ActionID" {
		return true
	}
	_, whose := c.flight.owner(b)
	return whose == us
}

// stray takes lines that are neither event nor answer.
func (c *Conn) stray(b transport.Block) {
	taken, ask, ended := c.flight.stray(b)
	switch {
	case !taken:
		c.stats.orphans.Add(1)
	case ask:
		c.sendBarrier()
	case ended != nil:
		c.finish(ended)
	}
}

// sendBarrier sends a Ping, whose answer ends the actions before it.
func (c *Conn) sendBarrier() {
	if c.flight.add(c.barrier()) == nil {
		c.wakeWriter()
	}
}

// news reach the subscriptions, unless the peer sends them before its answer to
// the login: to a subscription that would be in the gap behind the last login.
func (c *Conn) news(b transport.Block, name string, received time.Time, doubt event.Doubt) {
	switch name {
	case "FullyBooted":
		c.boot.Do(func() { close(c.booted) })
	case "Shutdown":
		c.shutdown.Store(true)
	}
	if c.announced {
		c.hub.QueueDoubtful(b, received, doubt)
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
	number, whose := c.flight.owner(b)
	if whose != us {
		c.stats.orphans.Add(1)
		return
	}
	ended, strays, ask, known := c.flight.respond(number, b)
	c.stats.orphans.Add(int64(strays))
	if !known {
		c.stats.late.Add(1)
	}
	if ask {
		c.sendBarrier()
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
	number, whose := c.flight.owner(head)
	key, _ := head.First()
	var r *request
	switch {
	case whose == us:
		r = c.flight.cut(number, limit)
	case key == "Event" && mayBeItem(head):
		r = c.flight.cutList(limit) // many items have their ActionID last
	}
	if r != nil {
		c.finish(r)
	} else if whose != us {
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
