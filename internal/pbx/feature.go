package pbx

// features are what a channel may do by keys while it talks.
type features struct{ transfer, park bool }

func (f features) any() bool { return f.transfer || f.park }

// add adds those that letters of Dial or Queue allow.
func (f *features) add(o options, transfer, park byte) {
	f.transfer = f.transfer || o.has(transfer)
	f.park = f.park || o.has(park)
}

// pressed reports whether keys are to be looked at.
func (c *channel) pressed() bool { return c.keys != "" }

// runFeature does what keys say.
func (c *channel) runFeature(*thread) { c.keys = "" }
