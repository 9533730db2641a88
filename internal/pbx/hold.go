package pbx

// hold tells that a channel's phone holds its call. The other party hears music.
func (c *channel) hold(musicClass string) {
	w := c.machine.begin("Hold", "call").channel("", c)
	if musicClass != "" {
		w.add("MusicClass", musicClass)
	}
	w.send()
	if other := c.bridge.peer(c); other != nil && !other.held {
		other.held = true
		other.startMusic()
		other.machine.deviceChanged(other.device)
	}
}

// unhold tells that the phone holds it no more.
func (c *channel) unhold() { c.machine.begin("Unhold", "call").channel("", c).send() }

// release ends that a channel is held.
func (c *channel) release() {
	if c.held {
		c.held = false
		c.stopMusic()
		c.machine.deviceChanged(c.device)
	}
}

// Hold has a phone hold the call that it talks in.
func (p *Phone) Hold() {
	if c := p.talking(); c != nil && c.bridge.peer(c) != nil {
		c.hold("default")
	}
}

// Resume ends that.
func (p *Phone) Resume() {
	c := p.talking()
	if c == nil {
		return
	}
	if other := c.bridge.peer(c); other != nil && other.held {
		c.unhold()
		other.release()
	}
}
