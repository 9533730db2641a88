package pbx

import "strings"

// startMusic plays music to a channel that waits.
func (c *channel) startMusic() {
	if !c.music {
		c.music = true
		c.tellMusic("MusicOnHoldStart").add("Class", "default").send()
	}
}

func (c *channel) stopMusic() {
	if c.music {
		c.music = false
		c.tellMusic("MusicOnHoldStop").send()
	}
}

func (c *channel) tellMusic(event string) *writing {
	if c.machine.rules.musicTells {
		c.publish()
	}
	return c.machine.begin(event, "call").told("", c)
}

// musicApp is MusicOnHold(class,seconds).
func musicApp(t *thread, c *channel, data string) bool {
	_, length, _ := strings.Cut(data, ",")
	c.startMusic()
	t.wait(t.machine.inSeconds(length), c.leaves)
	c.stopMusic()
	return !c.hungUp
}
