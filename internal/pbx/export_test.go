package pbx

// Threads is how many threads have not ended.
func (m *Machine) Threads() int { return m.threads }
