package pbx

import "strings"

// parkApp is Park(lot,t(seconds)): the channel waits where it can be fetched. Where it is to go on then, nobody has said, and it ends.
func parkApp(t *thread, c *channel, data string) bool {
	c.answer()
	_, letters, _ := strings.Cut(data, ",")
	timeout := c.machine.config.ParkTime
	if _, rest, ok := strings.Cut(letters, "t("); ok {
		seconds, _, _ := strings.Cut(rest, ")")
		if until := c.machine.inSeconds(seconds); !until.IsZero() {
			timeout = until.Sub(c.machine.now)
		}
	}
	if c.parkSelf(t, deviceOf(c.name), Park{Timeout: timeout}) != nil {
		return !c.hungUp // Asterisk plays that it can't be parked
	}
	return c.next != nil
}

// parkSelf has a channel wait in the parking lot until it is fetched, goes on elsewhere, or ends.
func (c *channel) parkSelf(t *thread, parker string, p Park) error {
	lot := c.machine.parking()
	place := lot.free(p.Place)
	if place == 0 {
		return ErrLotFull
	}
	lot.take(c, place, parker, orDefault(p.Timeout, c.machine.config.ParkTime))
	c.stay(t)
	return nil
}

// parkAnywhere parks a channel that talks to nobody: it ends what it does. One that is parked already is parked anew.
func (c *channel) parkAnywhere(parker string, p Park) (place int, err error) {
	lot := c.machine.parking()
	if place = lot.free(p.Place); place == 0 {
		return 0, ErrLotFull
	}
	if c.parked == nil {
		c.yank(func(t *thread) {
			c.application, c.data = "", ""
			_ = c.parkSelf(t, parker, p) // else it goes on
		})
		return place, nil
	}
	c.parked.giveUp()
	lot.takeOut(c)
	if place = lot.free(p.Place); place == 0 {
		return 0, ErrLotFull
	}
	lot.take(c, place, parker, orDefault(p.Timeout, c.machine.config.ParkTime))
	return place, nil
}

// giveUp tells that a call is fetched by nobody: it goes elsewhere, or has ended.
func (p *parkedCall) giveUp() {
	p.remove()
	p.describe("ParkedCallGiveUp").send()
}
