package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

func TestToggle(t *testing.T) {
	call := agitest.Start(t, agi.HandlerFunc(toggle), &agitest.Config{Env: []string{"agi_callerid", "100"}})
	call.Expect("ANSWER").Success()
	call.Expect("DATABASE GET", "DND", "100").Value("yes")
	call.Expect("DATABASE DEL", "DND", "100").Success()
	call.Expect("STREAM FILE", "do-not-disturb", "").Success()
	call.Expect("STREAM FILE", "de-activated", "").Success()
	if err := call.Wait(); err != nil {
		t.Error(err)
	}
}

func TestScriptOnAsterisk(t *testing.T) {
	program := filepath.Join(t.TempDir(), "do-not-disturb")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // Asterisk's root has other libraries
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		if err := os.WriteFile(filepath.Join(s.Dir(), "agi-bin", "do-not-disturb"), text, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, sound := range []string{"activated", "de-activated"} {
			call := visit.Enter(t, s, visit.Call{Target: "do-not-disturb", CallerID: "100"})
			call.Await(t, `STREAM FILE "do-not-disturb"`)
			call.Await(t, `STREAM FILE "`+sound+`"`)
			if end := call.End(t); end.Status != "SUCCESS" {
				t.Errorf("AGISTATUS = %s", end.Status)
			}
		}
	})
}
