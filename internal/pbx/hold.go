package pbx

// hold tells that a channel's phone holds its call. The other party hears music.
func (c *channel) hold() {
	c.machine.begin("Hold", "call").channel("", c).send()
	if other := c.bridge.peer(c); other != nil {
		other.startMusic()
	}
}

func (c *channel) unhold() {
	c.machine.begin("Unhold", "call").channel("", c).send()
	if other := c.bridge.peer(c); other != nil {
		other.stopMusic()
	}
}
