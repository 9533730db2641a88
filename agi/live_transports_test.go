package agi_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/scene"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// transport is a way for a call to reach a handler.
type transport struct {
	name string
	open func(t *testing.T, s *lab.Server) (target string) // what AGI() gets, without arguments
}

const async = "asyncagi"

var transports = []transport{
	{"stdin", scriptOn},
	{"fastagi", serverFor},
	{async, managerOf},
}

// serverFor serves the scenes over TCP.
func serverFor(t *testing.T, _ *lab.Server) string {
	t.Helper()
	return overTCP(t, &fastagi.Server{Handler: reporting(t)})
}

func overTCP(t *testing.T, server *fastagi.Server) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	// Ends with the test.
	go func() { served <- server.Serve(ln) }()
	t.Cleanup(func() {
		_ = server.Shutdown(context.Background())
		if err := <-served; !errors.Is(err, fastagi.ErrServerClosed) {
			t.Errorf("Serve() = %v", err)
		}
	})
	return "agi://" + ln.Addr().String() + "/scene"
}

// reporting tells what the scene of the commands has to say, which can't get to
// the dialplan once a failure has ended a session over AMI.
func reporting(t *testing.T) agi.Handler {
	return agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		err := scene.Handler(ctx, s)
		if err != nil && s.Env.Arguments[0] == "commands" {
			t.Errorf("%q: %v", s.Env.Arguments, err)
		}
		return err
	})
}

// managerOf serves the scenes over AMI.
func managerOf(t *testing.T, s *lab.Server) string {
	t.Helper()
	return overAMI(t, s, &asyncagi.Server{Handler: reporting(t)})
}

func overAMI(t *testing.T, s *lab.Server, server *asyncagi.Server) string {
	t.Helper()
	user := s.User("all")
	client, err := ami.Connect(t.Context(), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	listening := make(chan struct{})
	server.Listening = func(ami.Session) { close(listening) }
	served := make(chan error, 1)
	// Ends with the test.
	go func() { served <- server.Serve(context.Background(), client) }()
	t.Cleanup(func() {
		_ = server.Shutdown(context.Background())
		if err := <-served; !errors.Is(err, asyncagi.ErrServerClosed) {
			t.Errorf("Serve() = %v", err)
		}
		_ = client.Close()
	})
	<-listening
	return "agi:async"
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

// eachTransport runs test for each version antr transport. The target is what AGI() gets.
func eachTransport(t *testing.T, test func(t *testing.T, s *lab.Server, tr transport, target string)) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		for _, tr := range transports {
			t.Run(tr.name, func(t *testing.T) { test(t, s, tr, tr.open(t, s)) })
		}
	})
}

// inAsync is what AsyncAGI makes of an end: its status is in a variable of its
// own, and after a hangup no variable can be set.
func inAsync(end visit.End) visit.End {
	switch end.Status {
	case "FAILURE", "SUCCESS":
		return visit.End{Status: "SUCCESS", Async: end.Status, Result: end.Result}
	}
	return visit.End{Status: end.Status}
}

func check(t *testing.T, tr transport, got, want visit.End) {
	t.Helper()
	if tr.name == async {
		want = inAsync(want)
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestStatusTellsTheOutcome(t *testing.T) {
	eachTransport(t, func(t *testing.T, s *lab.Server, tr transport, target string) {
		for _, test := range []struct {
			scene string
			want  visit.End
		}{
			{"success", visit.End{Status: "SUCCESS", Result: "success"}},
			{"failure", visit.End{Status: "FAILURE", Result: ""}},
			{"panic", visit.End{Status: "FAILURE", Result: ""}},
			{"exit", visit.End{Status: "FAILURE", Result: ""}},
		} {
			t.Run(test.scene, func(t *testing.T) {
				check(t, tr, visit.Enter(t, s, visit.Call{Target: target + "," + test.scene}).End(t), test.want)
			})
		}
	})
}

func TestHangup(t *testing.T) {
	eachTransport(t, func(t *testing.T, s *lab.Server, tr transport, target string) {
		for _, test := range []struct {
			scene    string
			command  string              // that runs at the hangup
			settings []asterisk.Variable // of the channel
			want     visit.End
		}{
			{"hangup before", "", nil, visit.End{Status: "HANGUP", Result: "hung up, reply none"}},
			{"hangup during", "WAIT FOR DIGIT", nil, visit.End{Status: "HANGUP", Result: "hung up, reply -1"}},
			{"silent hangup", "WAIT FOR DIGIT", []asterisk.Variable{{Name: "__AGISIGHUP", Value: "no"}}, visit.End{Status: "HANGUP", Result: "reply -1"}},
			{"exit on hangup", "", []asterisk.Variable{{Name: "__AGIEXITONHANGUP", Value: "yes"}}, visit.End{Status: "HANGUP", Result: ""}},
		} {
			t.Run(test.scene, func(t *testing.T) {
				v := visit.Enter(t, s, visit.Call{Target: target + "," + test.scene, Variables: test.settings})
				if test.command != "" {
					v.HangUp(t, test.command)
				} else {
					v.HangUpAt(t, "Ready")
				}
				check(t, tr, v.End(t), test.want)
			})
		}
	})
}

func TestDeadChannel(t *testing.T) {
	eachTransport(t, func(t *testing.T, s *lab.Server, tr transport, target string) {
		if tr.name == async {
			return // AGI(agi:async) ends there at once, and the dialplan with it: package asyncagi tests that nothing is run
		}
		got := visit.Enter(t, s, visit.Call{Extension: "dead", Target: target + ",dead"}).End(t)
		check(t, tr, got, visit.End{Status: "SUCCESS", Result: "dead"})
	})
}

func TestArgumentsOfTheDialplan(t *testing.T) {
	eachTransport(t, func(t *testing.T, s *lab.Server, tr transport, target string) {
		long := strings.Repeat("x", 300)
		got := visit.Enter(t, s, visit.Call{Target: target + `,arguments,two words,,"quo\"ted, comma",ümläut,` + long}).End(t)
		want := fmt.Sprintf("%q", []string{"two words", "", `quo"ted, comma`, "ümläut", long})
		check(t, tr, got, visit.End{Status: "SUCCESS", Result: want})
	})
}

func TestWordsSurvive(t *testing.T) {
	eachTransport(t, func(t *testing.T, s *lab.Server, tr transport, target string) {
		got := visit.Enter(t, s, visit.Call{Target: target + ",words"}).End(t)
		check(t, tr, got, visit.End{Status: "SUCCESS", Result: "words"})
	})
}

// The error of a script is seen where somebody looks: stderr often goes nowhere.
func TestLiveErrorOfAScript(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		v := visit.Enter(t, s, visit.Call{Target: scriptOn(t, s) + ",failure"})
		told := v.Await(t, "VERBOSE")
		if end := v.End(t); end.Status != "FAILURE" || !strings.Contains(told.Command, "meant to fail") {
			t.Errorf("told %q, AGISTATUS %s, want the error and FAILURE", told.Command, end.Status)
		}
	})
}

// AGISTATUS proves nothing: a script that is killed gives SUCCESS where its end
// is seen before its exit code. What it would have set last, it has not set.
func TestLiveKilledScript(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		end := visit.Enter(t, s, visit.Call{Target: scriptOn(t, s) + ",killed"}).End(t)
		t.Logf("AGISTATUS = %s", end.Status)
		if end.Result != "" || end.Status != "SUCCESS" && end.Status != "FAILURE" {
			t.Errorf("%+v", end)
		}
	})
}

// The other channels of a call are found by the Linkedid of Asterisk, not by the
// Uniqueid of the session: here the first half of a Local channel began the call.
func TestLiveEventsOfTheCall(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		p := newPBX(t, s)
		err := p.callEarly(t, func(ctx context.Context, s *agi.Session) error {
			wrong := p.ami.Subscribe(event.Where("Linkedid", s.Env.UniqueID), nil)
			defer wrong.Close()
			events, err := guideEvents(ctx, s, p.ami)
			if err != nil {
				return err
			}
			defer events.Close()
			if err := s.NoOp(ctx, "seen"); err != nil {
				return err
			}
			e, err := events.Next(ctx)
			if err != nil || e.Fields().Get("Linkedid") == s.Env.UniqueID {
				t.Errorf("Next() = %v, %v, want an event of the call, which another channel began", e, err)
			}
			if n := wrong.Stats().Matched; n > 0 {
				t.Errorf("%d events have the Uniqueid of the session as their Linkedid", n)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
