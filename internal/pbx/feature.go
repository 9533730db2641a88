package pbx

import (
	"strings"
	"time"
)

// The keys of features, as features.conf of Asterisk's examples has them.
const (
	blindKeys    = "#1"
	attendedKeys = "*2"
	parkKeys     = "#72"
)

// How long is waited for the next key: of a feature, and of a number to transfer to.
const (
	featureKeyTime  = time.Second
	transferKeyTime = 3 * time.Second
)

// features are what a channel may do by keys while it talks.
type features struct{ transfer, park bool }

func (f features) any() bool { return f.transfer || f.park }

// add adds those that letters of Dial or Queue allow.
func (f *features) add(o options, transfer, park byte) {
	f.transfer = f.transfer || o.has(transfer)
	f.park = f.park || o.has(park)
}

// code is keys that do something.
type code struct {
	keys string
	do   func(t *thread)
}

// codes are those of a channel.
func (c *channel) codes() (codes []code) {
	if c.features.transfer {
		codes = append(codes, code{blindKeys, c.blindFeature}, code{attendedKeys, c.attendedFeature})
	}
	if c.features.park {
		codes = append(codes, code{parkKeys, c.parkFeature})
	}
	return codes
}

// pressed reports whether keys are to be looked at.
func (c *channel) pressed() bool { return c.keys != "" }

// runFeature does what the keys say that were pressed in a bridge. What says nothing goes to the other party.
func (c *channel) runFeature(t *thread) {
	codes := c.codes()
	for c.keys != "" {
		begun := false
		for _, code := range codes {
			if rest, ok := strings.CutPrefix(c.keys, code.keys); ok {
				c.keys = rest
				code.do(t)
				return
			}
			begun = begun || strings.HasPrefix(code.keys, c.keys)
		}
		had := c.keys
		if !begun || !t.wait(c.machine.now.Add(featureKeyTime), func() bool { return c.leaves() || c.bridge == nil || c.keys != had }) {
			c.keys = c.keys[1:]
		}
		if c.leaves() || c.bridge == nil {
			return
		}
	}
}

// blindFeature sends the other party on to the number that is pressed.
func (c *channel) blindFeature(t *thread) {
	other := c.bridge.peer(c)
	exten, ok := c.askNumber(t)
	c.unhold()
	if !ok || c.blindTransfer(c.transferContext(), exten, false) != nil {
		other.release() // Asterisk plays that it is invalid, and they talk on
	}
}

// askNumber holds the other party while a number is pressed.
func (c *channel) askNumber(t *thread) (exten string, ok bool) {
	b := c.bridge
	c.hold("")
	context := c.transferContext()
	for c.machine.plan.mayGrow(context, c.keys) {
		had := c.keys
		if !t.wait(c.machine.now.Add(transferKeyTime), func() bool { return c.leaves() || c.bridge != b || c.keys != had }) {
			break
		}
		if c.leaves() || c.bridge != b {
			return "", false
		}
	}
	exten, c.keys = c.keys, ""
	return exten, c.machine.plan.find(place{context, exten, 1}) != nil
}

// parkFeature parks the other party.
func (c *channel) parkFeature(*thread) {
	if other := c.bridge.peer(c); other != nil {
		_, _ = other.park(deviceOf(c.name), Park{}) // else Asterisk plays that it is invalid, and they talk on
	}
}
