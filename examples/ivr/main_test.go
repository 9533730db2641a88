package main

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

func start(t *testing.T) *agitest.Call {
	return agitest.Start(t, newIVR("PJSIP/%s"), &agitest.Config{Script: "ivr/de", Automatic: true})
}

func TestOperatorWithoutAChoice(t *testing.T) {
	call := start(t)
	call.Expect("SET VARIABLE", "CHANNEL(language)", "de").Success()
	call.Expect("GET DATA", "basic-pbx-ivr-main", "5000", "1").Result("7")
	call.Expect("STREAM FILE", "pm-invalid-option", "").Success()
	call.Expect("GET DATA").Result("0")
	call.Expect("SET VARIABLE", "IVR_CHOICE", "operator").Success()
	if err := call.Wait(); err != nil {
		t.Error(err)
	}
}

func TestTime(t *testing.T) {
	call := start(t)
	call.Expect("GET DATA").Result("1")
	call.Expect("SAY TIME").Success()
	if err := call.Wait(); err != nil {
		t.Error(err)
	}
	if choice, _ := call.Variable("IVR_CHOICE"); choice != "time" {
		t.Errorf("IVR_CHOICE = %q, want time", choice)
	}
}

func TestConnect(t *testing.T) {
	call := start(t)
	call.Expect("GET DATA").Result("2")
	call.Expect("GET DATA", "vm-extension", "5000", "3").Result("999") // no phone
	call.Expect("STREAM FILE", "pbx-invalid", "").Success()
	call.Expect("GET DATA").Result("102")
	dial := call.Expect("EXEC", "Dial", "PJSIP/102,20,gU(agi-talk)")
	call.SetVariable("DIALSTATUS", "BUSY")
	dial.Success()
	call.Expect("STREAM FILE", "vm-isunavail", "").Success()
	if err := call.Wait(); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"IVR_CHOICE": "102", "IVR_STATUS": "BUSY"} {
		if got, _ := call.Variable(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestIsPhone(t *testing.T) {
	for digits, want := range map[string]bool{"102": true, "": false, "10": false, "202": false, "1020": false, "1*2": false} {
		if got := isPhone(digits); got != want {
			t.Errorf("isPhone(%q) = %v", digits, got)
		}
	}
}
