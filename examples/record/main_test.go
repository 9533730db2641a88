package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

func TestRecord(t *testing.T) {
	var written bytes.Buffer
	call := agitest.Start(t, &recorder{newIndex(&written)}, &agitest.Config{
		Arguments: []string{"PJSIP/100", "/recordings"}, Env: []string{"agi_callerid", "4930123", "agi_uniqueid", "1767600000.7"},
		Automatic: true, Digits: consent,
	})
	call.Expect("EXEC", "MixMonitor", "/recordings/1767600000.7.wav").Success()
	dial := call.Expect("EXEC", "Dial", "PJSIP/100,30,U(agi-talk)")
	call.SetVariable("DIALSTATUS", "BUSY")
	dial.Success()
	if err := call.Wait(); err != nil {
		t.Fatal(err)
	}
	var got entry
	if err := json.Unmarshal(written.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Status != "BUSY" || got.Caller != "4930123" || got.Called != "PJSIP/100" || got.Began.IsZero() || got.File != "/recordings/1767600000.7.wav" {
		t.Errorf("entry: %+v", got)
	}
}

// The recording is in the index though the caller has hung up.
func TestRecordOfOneWhoHangsUp(t *testing.T) {
	var written bytes.Buffer
	call := agitest.Start(t, &recorder{newIndex(&written)}, &agitest.Config{
		Arguments: []string{"PJSIP/100", "/recordings"}, Automatic: true, Digits: consent,
	})
	dial := call.Expect("EXEC", "Dial", "PJSIP/100,30,U(agi-talk)")
	call.SetVariable("DIALSTATUS", "CANCEL")
	call.Hangup()
	dial.Fail()
	_ = call.Wait() // the hangup
	var got entry
	if err := json.Unmarshal(written.Bytes(), &got); err != nil || got.Status != "CANCEL" {
		t.Errorf("entry %+v, %v, want the status CANCEL", got, err)
	}
}

// A caller's number may put the environment's ID in doubt; the recording has that of the channel all the same.
func TestRecordOfAStranger(t *testing.T) {
	const id = "1767600000.1"
	var written bytes.Buffer
	call := agitest.Start(t, &recorder{newIndex(&written)}, &agitest.Config{
		Arguments: []string{"PJSIP/100", "/recordings"},
		Env:       []string{"agi_callerid", "1\nagi_type: X\nagi_uniqueid: 2.2\nagi_version: 9\nagi_callerid: 1"},
		Automatic: true, Digits: consent, Variables: map[string]string{"UNIQUEID": id},
	})
	if err := call.Wait(); err != nil {
		t.Fatal(err)
	}
	var got entry
	if err := json.Unmarshal(written.Bytes(), &got); err != nil || got.File != "/recordings/"+id+".wav" {
		t.Errorf("recorded to %q, %v, want the channel's ID %s", got.File, err, id)
	}
}

func TestWithoutConsent(t *testing.T) {
	var written bytes.Buffer
	call := agitest.Start(t, &recorder{newIndex(&written)}, &agitest.Config{
		Arguments: []string{"PJSIP/100", "/recordings"}, Automatic: true, Digits: "2",
	})
	if err := call.Wait(); err != nil {
		t.Error(err)
	}
	dialed := false
	for _, command := range call.Commands() {
		dialed = dialed || command.Name == "EXEC" && command.Arguments[0] == "Dial"
		if command.Name == "EXEC" && command.Arguments[0] == "MixMonitor" {
			t.Errorf("recorded: %s", command.Line)
		}
	}
	if !dialed || written.Len() > 0 {
		t.Errorf("dialled: %v, recorded: %s", dialed, written.String())
	}
}
