package asyncagi

import "testing"

// A command that was not sent leaves nothing behind.
func TestCommandsAreForgotten(t *testing.T) {
	s := newCalls()
	c := &call{pair: pair{"PJSIP/1-1", "1.1"}}
	s.add(c)
	for _, command := range []string{"a", "b", "c"} {
		s.expect(c, command)
	}
	s.forget(c)
	if left := len(s.byCommand) + len(s.byID) + len(s.byName); left > 0 {
		t.Errorf("%d entries are left", left)
	}
}

// A call whose handler has returned does not wait for AGISTATUS: nobody would
// forget it.
func TestFailedCallsAreForgotten(t *testing.T) {
	s := newCalls()
	c := &call{pair: pair{"PJSIP/1-1", "1.1"}, failed: true}
	s.add(c)
	s.awaitStatus(c)
	if got := s.hasFailed(c.pair); got != c {
		t.Errorf("hasFailed = %v, want the call", got)
	}
	s.awaitStatus(c)
	s.forget(c)
	s.awaitStatus(c) // the end comes behind the handler's
	if got := s.hasFailed(c.pair); got != nil || len(s.failed) > 0 {
		t.Errorf("hasFailed = %v with %d entries, want neither", got, len(s.failed))
	}
	other := &call{pair: pair{"PJSIP/2-2", "2.2"}, failed: true}
	s.add(other)
	s.awaitStatus(other)
	if !s.move(other, pair{"PJSIP/3-3", "3.3"}) { // another channel takes its place
		t.Error("move = false")
	}
	s.forget(other)
	if len(s.failed) > 0 {
		t.Errorf("%d entries are left of a call that has moved", len(s.failed))
	}
}
