package live_test

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// eachIVR runs a test with the menu on each server. The phone 1xy is an extension of the lab.
func eachIVR(t *testing.T, phone string, test func(t *testing.T, call *visit.Visit)) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		address := serving(t, "ivr", nil, "-dial", "Local/"+phone+"@outcome%.0s")
		test(t, visit.Enter(t, s, visit.Call{Target: "agi://" + address + "/ivr/en"}))
	})
}

func TestIVRConnectsTheOperatorWithoutAChoice(t *testing.T) {
	t.Parallel()
	eachIVR(t, "answer-short", func(t *testing.T, call *visit.Visit) {
		call.Press(t, "GET DATA", "7")
		call.Press(t, "GET DATA", "0")
		call.Await(t, `SET VARIABLE "IVR_CHOICE" "operator"`)
		if end := call.End(t); end.Status != "SUCCESS" {
			t.Errorf("AGISTATUS = %s", end.Status)
		}
	})
}

func TestIVRSaysTheTime(t *testing.T) {
	t.Parallel()
	eachIVR(t, "answer-short", func(t *testing.T, call *visit.Visit) {
		call.Press(t, "GET DATA", "1")
		call.Await(t, "SAY TIME")
		if end := call.End(t); end.Status != "SUCCESS" {
			t.Errorf("AGISTATUS = %s", end.Status)
		}
	})
}

func TestIVRConnectsAPhone(t *testing.T) {
	t.Parallel()
	eachIVR(t, "answer-short", func(t *testing.T, call *visit.Visit) {
		call.Press(t, "GET DATA", "2")
		call.Press(t, "GET DATA", "999") // no phone
		call.Press(t, "GET DATA", "102")
		call.Await(t, `SET VARIABLE "IVR_CHOICE" "102"`)
		call.Await(t, `SET VARIABLE "IVR_STATUS" "ANSWER"`)
		if talked := call.Await(t, `SET VARIABLE "IVR_TALKED"`); strings.Contains(talked.Command, "unknown") {
			t.Errorf("%s: nobody has noted the answer", talked.Command)
		}
		if end := call.End(t); end.Status != "SUCCESS" {
			t.Errorf("AGISTATUS = %s", end.Status)
		}
	})
}

func TestIVRWhenTheCallerHangsUp(t *testing.T) {
	t.Parallel()
	eachIVR(t, "answer", func(t *testing.T, call *visit.Visit) {
		call.Press(t, "GET DATA", "2")
		call.Press(t, "GET DATA", "102")
		call.HangUp(t, `EXEC "Dial"`)
		call.Await(t, `SET VARIABLE "IVR_STATUS"`)
		if end := call.End(t); end.Status != "HANGUP" {
			t.Errorf("AGISTATUS = %s", end.Status)
		}
	})
}
