package pbx

// Threads is how many threads have not ended.
func (m *Machine) Threads() int { return m.threads }

// Kept is how many things are kept that are not calls: alarms, states of devices that no configuration has, and bytes of variables.
func (m *Machine) Kept() (alarms, devices, variables int) {
	return len(m.alarms), m.unplanned, m.variables
}

// Records is how many records a channel has.
func (m *Machine) Records(channel string) int {
	if c := m.byName[channel]; c != nil {
		return len(c.records)
	}
	return 0
}
