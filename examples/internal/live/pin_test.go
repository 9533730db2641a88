package live_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// One handler answers alike as a script, over FastAGI and over AMI.
func TestPIN(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		file := build(t, "pin")
		install(t, s, file)
		fast := start(t, file, nil, "-fastagi", "127.0.0.1:0").address()
		over := start(t, file, login(s, "all"), "-asyncagi", s.AMI())
		over.logs(`(serving)`)
		for way, target := range map[string]string{
			"script": "pin,0042", "FastAGI": "agi://" + fast + "/pin,0042", "AsyncAGI": "agi:async,0042",
		} {
			t.Run(way, func(t *testing.T) {
				t.Parallel() // each takes as long as the prompts
				rightPIN(t, s, target)
			})
		}
	})
}

func rightPIN(t *testing.T, s *lab.Server, target string) {
	call := visit.Enter(t, s, visit.Call{Target: target})
	call.Press(t, `GET DATA "agent-pass"`, "42#")
	call.Await(t, `STREAM FILE "auth-incorrect"`)
	call.Press(t, `GET DATA "agent-pass"`, "0042")
	call.Await(t, `SET VARIABLE "PIN_OK" "yes"`)
	if end := call.End(t); end.Status != "SUCCESS" {
		t.Errorf("AGISTATUS = %s", end.Status)
	}
}
