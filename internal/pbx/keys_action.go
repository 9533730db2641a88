package pbx

// PlayDTMF plays a key to what is at the other end of a channel: the other half of a Local channel hears it as pressed. A phone's user hears it,
// of which nothing is told.
func (m *Machine) PlayDTMF(channel, digit string) error {
	c, err := m.channel(channel)
	if err != nil {
		return err
	}
	if c.local != nil {
		if other := c.local.other(c); !other.gone {
			other.press(digit)
		}
	}
	return nil
}

// CancelAtxfer presses the keys that end the second call of an attended transfer. Nobody hears whether they did anything.
func (m *Machine) CancelAtxfer(channel string) error {
	c, err := m.channel(channel)
	if err != nil {
		return err
	}
	for _, key := range abortKeys {
		m.begin("DTMFEnd", "dtmf").told("", c).add("Digit", string(key)).number("DurationMs", 100).add("Direction", "Received").send()
	}
	c.keys += abortKeys
	c.wake()
	return nil
}
