package event

// Channel is what identifies a channel: its name and its UniqueID together. It can
// be the key of a map; a channel that is renamed keeps its UniqueID (see
// [Rename]).
type Channel struct {
	Name     string // as PJSIP/100-0000002a
	UniqueID string
}

// ChannelOf returns the channel that an event is about. Of an event with several
// it is the one without a prefix, as Channel of [DialBegin] and not Dest, even
// where that has no value; where all have prefixes, the one that the type lists
// first: Parkee, Transferer, OrigTransferer, Spyer, LocalOne.
//
// It is false for an event without a channel, and where name or UniqueID is
// missing or can't be known for certain: see [Event.Doubt]. Even so a forged event
// can name any channel that its writer knows of; docs/safety.md says what can't
// be told.
func ChannelOf(ev Event) (c Channel, ok bool) {
	switch e := ev.(type) {
	case Raw:
		return ChannelOf(e.Decode())
	case interface{ channel() Channel }:
		c = e.channel()
	}
	if c.Name == "" || c.UniqueID == "" {
		return Channel{}, false
	}
	return c, true
}

func (c ChannelSnapshot) channel() Channel { return Channel{c.Channel, c.UniqueID} }

func (u Unknown) channel() (c Channel) {
	c.Name, _ = u.Certain("Channel")
	c.UniqueID, _ = u.Certain("Uniqueid")
	return c
}
