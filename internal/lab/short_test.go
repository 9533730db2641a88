package lab_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// With -short no test gets a real server, not even where one is required, and not one that is there already.
func TestShortStartsNoServer(t *testing.T) {
	for _, name := range []string{"TestEachServesBothVersions", "TestRestartKeepsTheAddress"} {
		for _, env := range []string{"ASTERISK_LAB=required", "ASTERISK_TEST_16=127.0.0.1:1,nobody,none"} {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.short", "-test.v", "-test.run", "^"+name+"$")
			cmd.Env = append(os.Environ(), env)
			out, err := cmd.CombinedOutput()
			if err != nil || strings.Count(string(out), "is not started with -short") != 2 {
				t.Errorf("%s with -short and %s = %v, want it skipped for both versions:\n%s", name, env, err, out)
			}
		}
	}
}
