package pbx

import (
	"strconv"
	"strings"

	asterisk "github.com/asterisk-go/asterisk-go"
)

func noopApp(*thread, *channel, string) bool { return true }

func answerApp(_ *thread, c *channel, _ string) bool {
	c.answer()
	return true
}

func hangupApp(_ *thread, c *channel, data string) bool {
	if cause, err := strconv.Atoi(data); err == nil {
		c.cause = asterisk.Cause(cause)
	}
	return false
}

// setApp is Set(NAME=value).
func setApp(_ *thread, c *channel, data string) bool {
	name, value, found := strings.Cut(data, "=")
	if found {
		c.set(name, value)
	}
	return true
}

// waitApp is Wait(1.5).
func waitApp(t *thread, c *channel, data string) bool {
	if until := t.machine.inSeconds(data); !until.IsZero() {
		t.wait(until, c.leaves)
	}
	return !c.hungUp
}
