package asyncagi

import "testing"

// A command that was not sent leaves nothing behind.
func TestCommandsAreForgotten(t *testing.T) {
	s := calls{byID: make(map[string]*call), byCommand: make(map[string]*call), failed: make(map[string]*call)}
	c := &call{id: "1.1"}
	s.add(c)
	for _, command := range []string{"a", "b", "c"} {
		s.expect(c, command)
	}
	s.forget(c)
	if len(s.byCommand) > 0 || len(s.byID) > 0 {
		t.Errorf("left: %v, %v", s.byCommand, s.byID)
	}
}
