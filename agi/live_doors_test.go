package agi_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// door is a way for a call to reach a handler.
type door struct {
	name   string
	target func(t *testing.T, s *lab.Server) string // what AGI() gets, without arguments
}

var doors = []door{
	{"stdin", scriptOn},
}

// scenes are built once, without C, for a root that has other libraries.
var scenes struct {
	sync.Once
	program []byte
	err     error
}

// scriptOn puts the program of package scene where the server looks for scripts.
func scriptOn(t *testing.T, s *lab.Server) string {
	t.Helper()
	s.RequireOwn(t)
	scenes.Do(func() {
		file := filepath.Join(t.TempDir(), "scene")
		build := exec.Command("go", "build", "-o", file, "../internal/scene/script")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			scenes.err = fmt.Errorf("%w: %s", err, out)
			return
		}
		scenes.program, scenes.err = os.ReadFile(file)
	})
	if scenes.err != nil {
		t.Fatal(scenes.err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir(), "agi-bin", "scene"), scenes.program, 0o755); err != nil {
		t.Fatal(err)
	}
	return "scene"
}

func eachDoor(t *testing.T, test func(t *testing.T, s *lab.Server, target string)) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		for _, d := range doors {
			t.Run(d.name, func(t *testing.T) { test(t, s, d.target(t, s)) })
		}
	})
}

func TestStatusTellsTheOutcome(t *testing.T) {
	eachDoor(t, func(t *testing.T, s *lab.Server, target string) {
		for _, test := range []struct {
			scene string
			want  visit.End
		}{
			{"success", visit.End{Status: "SUCCESS", Result: "success"}},
			{"failure", visit.End{Status: "FAILURE", Result: ""}},
			{"panic", visit.End{Status: "FAILURE", Result: ""}},
		} {
			t.Run(test.scene, func(t *testing.T) {
				got := visit.Enter(t, s, visit.Call{Target: target + "," + test.scene}).End(t)
				if got != test.want {
					t.Errorf("got %+v, want %+v", got, test.want)
				}
			})
		}
	})
}

func TestHangup(t *testing.T) {
	eachDoor(t, func(t *testing.T, s *lab.Server, target string) {
		for _, test := range []struct {
			scene    string
			settings []action.Variable // of the channel
			want     visit.End
		}{
			{"hangup before", nil, visit.End{Status: "HANGUP", Result: "hung up, reply none"}},
			{"hangup during", nil, visit.End{Status: "HANGUP", Result: "hung up, reply -1"}},
			{"silent hangup", []action.Variable{{Name: "__AGISIGHUP", Value: "no"}}, visit.End{Status: "HANGUP", Result: "reply -1"}},
			{"exit on hangup", []action.Variable{{Name: "__AGIEXITONHANGUP", Value: "yes"}}, visit.End{Status: "HANGUP", Result: ""}},
		} {
			t.Run(test.scene, func(t *testing.T) {
				v := visit.Enter(t, s, visit.Call{Target: target + "," + test.scene, Variables: test.settings})
				v.HangUpAt(t, "Ready")
				if got := v.End(t); got != test.want {
					t.Errorf("got %+v, want %+v", got, test.want)
				}
			})
		}
	})
}

func TestDeadChannel(t *testing.T) {
	eachDoor(t, func(t *testing.T, s *lab.Server, target string) {
		got := visit.Enter(t, s, visit.Call{Extension: "dead", Target: target + ",dead"}).End(t)
		if want := (visit.End{Status: "SUCCESS", Result: "dead"}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestArgumentsOfTheDialplan(t *testing.T) {
	eachDoor(t, func(t *testing.T, s *lab.Server, target string) {
		long := strings.Repeat("x", 300)
		got := visit.Enter(t, s, visit.Call{Target: target + `,arguments,two words,,"quo\"ted, comma",ümläut,` + long}).End(t)
		want := visit.End{Status: "SUCCESS", Result: fmt.Sprintf("%q", []string{"two words", "", `quo"ted, comma`, "ümläut", long})}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestWordsSurvive(t *testing.T) {
	eachDoor(t, func(t *testing.T, s *lab.Server, target string) {
		got := visit.Enter(t, s, visit.Call{Target: target + ",words"}).End(t)
		if want := (visit.End{Status: "SUCCESS", Result: "words"}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}
