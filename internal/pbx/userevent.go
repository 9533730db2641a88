package pbx

// UserEvent sends an event of keys and values as they are.
func (m *Machine) UserEvent(fields []string) {
	w := m.begin("UserEvent", "user")
	for i := 0; i+1 < len(fields); i += 2 {
		w.add(fields[i], fields[i+1])
	}
	w.send()
}

// Begun returns how many calls phones have begun so far.
func (m *Machine) Begun() int { return m.begun }
