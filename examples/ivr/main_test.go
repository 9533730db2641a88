package main

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/examples/internal/served"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

// enter calls the menu; the phone 1xy of the tests is the extension answer-short of the lab.
func enter(t *testing.T, s *lab.Server) *visit.Visit {
	address := served.Start(t, newIVR("Local/answer-short@outcome%.0s"))
	return visit.Enter(t, s, visit.Call{Target: "agi://" + address + "/ivr/en"})
}

func TestOperatorWithoutAChoice(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		call := enter(t, s)
		call.Press(t, "GET DATA", "7")
		call.Press(t, "GET DATA", "0")
		call.Await(t, `SET VARIABLE "IVR_CHOICE" "operator"`)
		if end := call.End(t); end.Status != "SUCCESS" {
			t.Errorf("AGISTATUS = %s", end.Status)
		}
	})
}

func TestTime(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		call := enter(t, s)
		call.Press(t, "GET DATA", "1")
		call.Await(t, "SAY TIME")
		if end := call.End(t); end.Status != "SUCCESS" {
			t.Errorf("AGISTATUS = %s", end.Status)
		}
	})
}

func TestConnect(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		call := enter(t, s)
		call.Press(t, "GET DATA", "2")
		call.Press(t, "GET DATA", "999") // no phone
		call.Press(t, "GET DATA", "102")
		call.Await(t, `SET VARIABLE "IVR_CHOICE" "102"`)
		call.Await(t, `SET VARIABLE "IVR_STATUS" "ANSWER"`)
		if talked := call.Await(t, `SET VARIABLE "IVR_TALKED"`); strings.Contains(talked.Command, "-1") {
			t.Errorf("%s: nobody has noted the answer", talked.Command)
		}
		if end := call.End(t); end.Status != "SUCCESS" {
			t.Errorf("AGISTATUS = %s", end.Status)
		}
	})
}

func TestCallerHangsUpInTheCall(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		address := served.Start(t, newIVR("Local/answer@outcome%.0s"))
		call := visit.Enter(t, s, visit.Call{Target: "agi://" + address + "/ivr/en"})
		call.Press(t, "GET DATA", "2")
		call.Press(t, "GET DATA", "102")
		call.HangUp(t, `EXEC "Dial"`)
		call.Await(t, `SET VARIABLE "IVR_STATUS"`)
		if end := call.End(t); end.Status != "HANGUP" {
			t.Errorf("AGISTATUS = %s", end.Status)
		}
	})
}
