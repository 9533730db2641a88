package pbx

// startMusic plays music to a channel that waits.
func (c *channel) startMusic() {
	if !c.music {
		c.music = true
		c.machine.begin("MusicOnHoldStart", "call").channel("", c).add("Class", "default").send()
	}
}

func (c *channel) stopMusic() {
	if c.music {
		c.music = false
		c.machine.begin("MusicOnHoldStop", "call").channel("", c).send()
	}
}
