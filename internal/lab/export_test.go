package lab

// MainArchive lets the tests feed it what apt says elsewhere.
var MainArchive = mainArchive

// Exit is how the process that was stopped last has ended.
func (s *Server) Exit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.process.exit
}
