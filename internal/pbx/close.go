package pbx

import (
	"slices"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// Close ends all channels, and with them all threads. Nothing is told of it.
func (m *Machine) Close() {
	m.config.Event, m.closed = nil, true
	for len(m.channels) > 0 {
		for _, c := range slices.Clone(m.channels) {
			c.hungUp, c.cause = true, asterisk.CauseNormalClearing
			c.wake()
		}
		m.turns()
	}
	m.alarms = nil
}
