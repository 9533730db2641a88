package agi_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// door is a way for a call to reach a handler.
type door struct {
	name   string
	target func(t *testing.T, s *lab.Server) string // what AGI() gets, without arguments
}

var doors = []door{
	{"stdin", scriptOn},
}

// script is built once, without C, for a root that has other libraries.
var script struct {
	sync.Once
	program []byte
	err     error
}

// scriptOn puts the program of package scene where the server looks for scripts.
func scriptOn(t *testing.T, s *lab.Server) string {
	t.Helper()
	s.RequireOwn(t)
	script.Do(func() {
		file := filepath.Join(t.TempDir(), "scene")
		build := exec.Command("go", "build", "-o", file, "../internal/scene/script")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			script.err = fmt.Errorf("%w: %s", err, out)
			return
		}
		script.program, script.err = os.ReadFile(file)
	})
	if script.err != nil {
		t.Fatal(script.err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir(), "agi-bin", "scene"), script.program, 0o755); err != nil {
		t.Fatal(err)
	}
	return "scene"
}

// visit is a call through a door, seen from AMI.
type visit struct {
	client *ami.Client
	sub    *event.Subscription
	key    string
}

// done is how a call ended.
type done struct{ status, result string }

// enter places a call that begins at an extension of the context door, with
// more variables.
func enter(t *testing.T, s *lab.Server, extension, target string, variables ...action.Variable) *visit {
	t.Helper()
	ctx := t.Context()
	u := s.User("all")
	client, err := ami.Connect(ctx, s.AMI(), &ami.Config{Username: u.Name, Secret: u.Secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	v := &visit{client: client, key: t.Name()}
	v.sub = client.Subscribe(event.And(event.Named("UserEvent"), event.Where("Key", v.key)), nil)
	t.Cleanup(v.sub.Close)
	_, err = ami.Originate(ctx, client, action.Originate{
		Channel: "Local/" + extension + "@door/n", Application: "Wait", Data: "60",
		Variables: append(variables, action.Variable{Name: "__DOOR", Value: target}, action.Variable{Name: "__KEY", Value: v.key}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// next waits for the UserEvent of that name.
func (v *visit) next(t *testing.T, name string) event.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for ev := range v.sub.All(ctx) {
		if ev.Fields().Get("UserEvent") == name {
			return ev
		}
	}
	t.Fatalf("no UserEvent %s: %v, %v", name, ctx.Err(), v.sub.Err())
	return nil
}

// hangUp ends the channel that the handler serves, when that is ready.
func (v *visit) hangUp(t *testing.T) {
	t.Helper()
	channel := v.next(t, "Ready").Fields().Get("Channel")
	if _, err := v.client.Do(t.Context(), action.Hangup{Channel: channel}); err != nil {
		t.Fatal(err)
	}
}

func (v *visit) done(t *testing.T) done {
	t.Helper()
	fields := v.next(t, "Done").Fields()
	result, err := base64.StdEncoding.DecodeString(fields.Get("Result"))
	if err != nil {
		t.Fatal(err)
	}
	return done{fields.Get("Status"), string(result)}
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
			want  done
		}{
			{"success", done{"SUCCESS", "success"}},
			{"failure", done{"FAILURE", ""}},
			{"panic", done{"FAILURE", ""}},
		} {
			t.Run(test.scene, func(t *testing.T) {
				got := enter(t, s, "live", target+","+test.scene).done(t)
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
			scene   string
			setting action.Variable // of the channel
			want    done
		}{
			{"hangup before", action.Variable{Name: "A"}, done{"HANGUP", "hung up, reply none"}},
			{"hangup during", action.Variable{Name: "A"}, done{"HANGUP", "hung up, reply -1"}},
			{"silent hangup", action.Variable{Name: "AGISIGHUP", Value: "no"}, done{"HANGUP", "reply -1"}},
			{"exit on hangup", action.Variable{Name: "AGIEXITONHANGUP", Value: "yes"}, done{"HANGUP", ""}},
		} {
			t.Run(test.scene, func(t *testing.T) {
				v := enter(t, s, "live", target+","+test.scene, action.Variable{Name: "__" + test.setting.Name, Value: test.setting.Value})
				v.hangUp(t)
				if got := v.done(t); got != test.want {
					t.Errorf("got %+v, want %+v", got, test.want)
				}
			})
		}
	})
}

func TestDeadChannel(t *testing.T) {
	eachDoor(t, func(t *testing.T, s *lab.Server, target string) {
		got := enter(t, s, "dead", target+",dead").done(t)
		if want := (done{"SUCCESS", "dead"}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestArgumentsOfTheDialplan(t *testing.T) {
	eachDoor(t, func(t *testing.T, s *lab.Server, target string) {
		long := strings.Repeat("x", 300)
		got := enter(t, s, "live", target+`,arguments,two words,,"quo\"ted, comma",ümläut,`+long).done(t)
		want := done{"SUCCESS", fmt.Sprintf("%q", []string{"two words", "", `quo"ted, comma`, "ümläut", long})}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestWordsSurvive(t *testing.T) {
	eachDoor(t, func(t *testing.T, s *lab.Server, target string) {
		got := enter(t, s, "live", target+",words").done(t)
		if want := (done{"SUCCESS", "words"}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}
