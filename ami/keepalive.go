package ami

import (
	"fmt"
	"time"
)

// keepAlive asks a silent peer for a sign of life and gives up one that shows
// none, unless an action in flight explains the silence: while it runs one,
// Asterisk neither reads from that session nor sends it events.
func (c *Conn) keepAlive() {
	interval, timeout := c.config.PingInterval, c.config.PingTimeout
	timer := time.NewTimer(interval)
	defer timer.Stop()
	var asked time.Time // when the Ping was sent that nothing has come since
	for {
		select {
		case <-timer.C:
		case <-c.life.Done():
			return
		}
		now, heard := time.Now(), c.reader.Heard()
		quiet := now.Sub(heard)
		switch excused := c.pending.Excuse(heard); {
		case asked.IsZero() || !heard.Before(asked):
			asked = time.Time{}
			if quiet < interval {
				timer.Reset(interval - quiet)
				continue
			}
			c.pending.Ping() // any byte is an answer to it
			asked = now
			timer.Reset(timeout)
		case now.Before(excused):
			timer.Reset(min(excused.Sub(now), timeout))
		default:
			c.fail(fmt.Errorf("%w for %v, and did not answer a Ping within %v", ErrSilent, quiet.Round(time.Millisecond), timeout))
			return
		}
	}
}
