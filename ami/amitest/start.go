package amitest

import "testing"

// Start is [NewServer] for a test: at the test's end the server is closed, and
// the test fails with the first expectation that failed in any script. What the
// test opens later, as a client, and closes by t.Cleanup is closed before.
func Start(t testing.TB, script Script) *Server {
	t.Helper()
	s := NewServer(script)
	t.Cleanup(func() {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
