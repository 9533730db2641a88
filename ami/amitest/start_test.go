package amitest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// testOf stands in for a test, to see how it ends.
type testOf struct {
	testing.TB
	cleanups []func()
	failures []string
}

func (t *testOf) Helper()           {}
func (t *testOf) Cleanup(f func())  { t.cleanups = append(t.cleanups, f) }
func (t *testOf) Error(args ...any) { t.failures = append(t.failures, fmt.Sprint(args...)) }
func (t *testOf) end() {
	for i := range t.cleanups {
		t.cleanups[len(t.cleanups)-1-i]()
	}
}

// A test whose client does not do what the script expects fails, though it says
// nothing of it.
func TestStartFailsTheTest(t *testing.T) {
	for _, test := range []struct {
		name, want string
		script     amitest.Script
	}{
		{"another action", "waiting for action Originate, the client sent Hangup", func(p *amitest.Peer) {
			p.Login()
			p.Expect("Originate")
		}},
		{"a failure of its own", "no luck", func(p *amitest.Peer) {
			p.Login()
			p.Expect("Hangup")
			p.Fatalf("no %s", "luck")
		}},
		{"as expected", "", func(p *amitest.Peer) {
			p.Login()
			p.Expect("Hangup")
		}},
		{"nil", "", nil},
	} {
		under := &testOf{TB: t}
		srv := amitest.Start(under, test.script)
		c := loggedIn(t, srv)
		c.send("Action: Hangup")
		_, _ = c.reader.Next() // the answer, or the end
		under.end()
		switch got := strings.Join(under.failures, "; "); {
		case test.want == "" && got != "":
			t.Errorf("%s: the test fails with %q", test.name, got)
		case !strings.Contains(got, test.want):
			t.Errorf("%s: the test fails with %q, want %q", test.name, got, test.want)
		}
		if _, err := srv.Dial(t.Context(), "tcp", "x"); err == nil {
			t.Errorf("%s: the server outlives the test", test.name)
		}
	}
}
