package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// A decoder that forgets one assignment, or mistakes one, fails the round trip of package event.
func TestRoundTripNoticesAMissingAssignment(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the tests of package event again and again")
	}
	mutants := []struct{ file, code, mutant string }{
		{"generated_e_l.go", "\te.CauseTxt = v[17].of(text)\n", ""},
		{"snapshot.go", "\tc.TenantID = v[14].of(text)\n", ""},
		{"generated_q_r.go", "\te.LastCall = unixTime(v[7].of(text))\n", ""},
		{"generated_s.go", "\te.Filename = linesOf(v[21].of(text))\n", ""},
		{"generated_a.go", "!addEntry(&e.ChargeUnits, \"Charge/Units\", o.key, o.value)", "true"},
		{"generated_d.go", "\te.Dest = channelOf(text, v[16:32])\n", ""},
		{"generated_n_p.go", "\"Application\", \"AppData\"", "\"AppData\", \"Application\""},
	}
	for i, m := range mutants {
		t.Run(m.file, func(t *testing.T) {
			path, err := filepath.Abs(filepath.Join(root, "event", m.file))
			if err != nil {
				t.Fatal(err)
			}
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(source, []byte(m.code)) {
				t.Fatalf("%s has no %q", m.file, m.code)
			}
			if i >= 2 && !lab.Full() {
				return // each builds the package once more
			}
			out, err := roundTripWith(t, path, bytes.Replace(source, []byte(m.code), []byte(m.mutant), 1))
			if err == nil || !bytes.Contains(out, []byte("--- FAIL: TestRoundTrip")) {
				t.Errorf("with %q for %q the round trip says %v:\n%s", m.mutant, m.code, err, out)
			}
		})
	}
}

// roundTripWith runs the round trip with another content of the file at path.
func roundTripWith(t *testing.T, path string, content []byte) ([]byte, error) {
	t.Helper()
	mutant := filepath.Join(t.TempDir(), "mutant.go")
	if err := os.WriteFile(mutant, content, 0o644); err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(t.TempDir(), "overlay.json")
	files := map[string]string{path: mutant}
	tests, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests { // those of package event_test need half of the module
		source, err := os.ReadFile(test)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(source, []byte("package event_test\n")) {
			files[test] = "" // is not there
		}
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": files})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, replace, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-gcflags=-l", "-overlay", overlay, "-run", "^TestRoundTrip$", "./event")
	cmd.Dir = root
	return cmd.CombinedOutput()
}
