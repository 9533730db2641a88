package lab_test

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// The state of Up goes into a cache of the test's own, which shares the roots: a developer's servers stay as
// they are.
func TestUpIsThereUntilDown(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			root := lab.Start(t, v, nil).Root()
			cache := t.TempDir()
			if err := os.Symlink(root, filepath.Join(cache, filepath.Base(root))); err != nil {
				t.Fatal(err)
			}
			t.Setenv("ASTERISK_LAB_CACHE", cache)
			s, err := lab.Up(t.Context(), v, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if s.PID() != 0 {
					_ = s.Kill() // only after a failure
				}
			})
			again, err := lab.Up(t.Context(), v, io.Discard)
			if err != nil || again.AMI() != s.AMI() {
				t.Fatalf("second Up = %v, want the server at %s (%v)", again, s.AMI(), err)
			}
			dial(t, again.AMI()).login(again.User("all"))
			for _, want := range []bool{true, false} {
				if ran, err := lab.Down(t.Context(), v); err != nil || ran != want {
					t.Errorf("Down = %t, %v, want %t", ran, err, want)
				}
			}
			for over := time.Now().Add(time.Minute); s.PID() != 0; runtime.Gosched() { // what waits for the process may be late
				if time.Now().After(over) {
					t.Fatal("the server runs after Down")
				}
			}
		})
	}
}
