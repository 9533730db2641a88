package pbxtest

// Waiting is how many bytes wait for all clients.
func (p *PBX) Waiting() int { return int(p.unread.Load()) }

// Sessions is how many connections to the manager there are, and how many of them have not logged in.
func (p *PBX) Sessions() (all, strangers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.sessions), p.strangers
}

// Channels is how many channels there are.
func (p *PBX) Channels() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.machine.Channels())
}
