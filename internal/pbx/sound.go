package pbx

import (
	"strconv"
	"strings"
	"time"
)

// soundTime is how long a sound is; there are no files here.
const soundTime = time.Second

// playbackApp is Playback(sound&sound). Keys that are pressed meanwhile are lost.
func playbackApp(t *thread, c *channel, data string) bool {
	sounds, letters, _ := strings.Cut(data, ",")
	if !strings.Contains(letters, "noanswer") {
		c.answer()
	}
	count := strings.Count(sounds, "&") + 1
	t.wait(t.machine.now.Add(time.Duration(count)*soundTime), c.leaves)
	c.keys = ""
	c.set("PLAYBACKSTATUS", "SUCCESS")
	return !c.hungUp
}

// readApp is Read(variable,sound,digits,options,attempts,timeout): it reads keys until # or that many were pressed, or none for a while.
func readApp(t *thread, c *channel, data string) bool {
	parts := append(strings.Split(data, ","), "", "", "", "", "")
	most, _ := strconv.Atoi(parts[2])
	each := 10 * time.Second
	if seconds, err := strconv.ParseFloat(parts[5], 64); err == nil && seconds > 0 && seconds < 1e6 {
		each = time.Duration(seconds * float64(time.Second))
	}
	c.set("READSTATUS", "ERROR")
	if parts[1] != "" {
		t.wait(t.machine.now.Add(soundTime), func() bool { return c.leaves() || c.keys != "" })
	}
	digits, status := c.readKeys(t, most, each)
	c.set(parts[0], digits)
	c.set("READSTATUS", status)
	return !c.hungUp
}

func (c *channel) readKeys(t *thread, most int, each time.Duration) (digits, status string) {
	for {
		for c.keys != "" {
			key := c.keys[:1]
			if c.keys = c.keys[1:]; key == "#" {
				return digits, "OK"
			}
			if digits += key; most > 0 && len(digits) >= most {
				return digits, "OK"
			}
		}
		if !t.wait(t.machine.now.Add(each), func() bool { return c.leaves() || c.keys != "" }) {
			return digits, "TIMEOUT"
		}
		if c.leaves() {
			return digits, "HANGUP"
		}
	}
}
