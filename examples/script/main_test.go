package main

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

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
