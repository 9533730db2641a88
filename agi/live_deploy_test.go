package agi_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// directories are the variables that a script gets beside Asterisk's own
// environment.
var directories = []string{"AST_AGI_DIR", "AST_CONFIG_DIR", "AST_CONFIG_FILE", "AST_DATA_DIR", "AST_KEY_DIR", "AST_LOG_DIR",
	"AST_MODULE_DIR", "AST_MONITOR_DIR", "AST_RUN_DIR", "AST_SPOOL_DIR", "AST_VAR_DIR"}

// toldBy is what a script has to tell of how it was started, in a file beside it.
const toldBy = `#!/bin/sh
{
	echo "program $0"
	for argument in "$@"; do echo "argument $argument"; done
	echo "folder $(pwd)"
	env | sed -n 's/^\(AST_[A-Z_]*\)=.*/variable \1/p'
	for fd in 0 1 2 3; do if [ -e /proc/$$/fd/$fd ]; then echo "descriptor $fd"; fi; done
} >"$AST_AGI_DIR/told.txt"
`

// install puts a program where the server looks for scripts.
func install(t *testing.T, s *lab.Server, name, text string, mode os.FileMode) {
	t.Helper()
	file := filepath.Join(s.Dir(), "agi-bin", name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
}

// What a script is started with: its whole path, the arguments of the dialplan,
// the folder and environment of Asterisk, and no descriptors but the first three.
func TestLiveScriptSurroundings(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		install(t, s, "sub/told", toldBy, 0o755)
		if end := visit.Enter(t, s, visit.Call{Target: "sub/told,one,,two words"}).End(t); end.Status != "SUCCESS" {
			t.Fatalf("AGISTATUS = %s", end.Status)
		}
		text, err := os.ReadFile(filepath.Join(s.Dir(), "agi-bin", "told.txt"))
		if err != nil {
			t.Fatal(err)
		}
		told := make(map[string][]string)
		for line := range strings.Lines(string(text)) {
			key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			told[key] = append(told[key], value)
		}
		inside := strings.TrimPrefix(s.Dir(), s.Root())
		want := map[string][]string{
			"program":    {inside + "/agi-bin/sub/told"},
			"argument":   {"one", "", "two words"},
			"folder":     {"/"},           // Asterisk's own
			"descriptor": {"0", "1", "2"}, // 3 is the audio, of EAGI()
		}
		for key := range want {
			if diff := cmp.Diff(want[key], told[key]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", key, diff)
			}
		}
		for _, name := range directories {
			if !slices.Contains(told["variable"], name) {
				t.Errorf("no variable %s among %v", name, told["variable"])
			}
		}
	})
}

// Why a script does not run, as the dialplan sees it.
func TestLiveScriptThatCannotRun(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		install(t, s, "not-executable", "#!/bin/sh\nexit 0\n", 0o644)
		install(t, s, "no-program", "neither a program nor a script\n", 0o755)
		install(t, s, "no-interpreter", "#!/no/such/interpreter\n", 0o755) // and so is a program that is not static
		for _, test := range []struct{ target, want string }{
			{"missing", "NOTFOUND"},
			{"not-executable", "FAILURE"},
			{"no-program", "FAILURE"},
			{"no-interpreter", "FAILURE"},
			{"/no/such/folder/script", "NOTFOUND"},
		} {
			if end := visit.Enter(t, s, visit.Call{Target: test.target}).End(t); end.Status != test.want {
				t.Errorf("AGI(%s): AGISTATUS = %s, want %s", test.target, end.Status, test.want)
			}
		}
	})
}
