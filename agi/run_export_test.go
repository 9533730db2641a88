package agi

// RunOver is Run with other files and another signal.
var RunOver = run

// StopNotice stops the timer of a stream, and reports whether it was running.
func (s *Stream) StopNotice() bool { return s.notice.Stop() }
