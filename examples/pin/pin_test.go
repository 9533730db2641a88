package main

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

func TestRightPIN(t *testing.T) {
	call := agitest.Start(t, agi.HandlerFunc(askPIN), &agitest.Config{Arguments: []string{"0042"}})
	call.Expect("ANSWER").Success()
	call.Expect("GET DATA", "agent-pass", "5000", "4").Result("42")
	call.Expect("STREAM FILE", "auth-incorrect", "").Success()
	call.Expect("GET DATA", "agent-pass", "5000", "4").Result("0042")
	call.Expect("SET VARIABLE", "PIN_OK", "yes").Success()
	if err := call.Wait(); err != nil {
		t.Error(err)
	}
}

func TestNoPINOpensNothing(t *testing.T) {
	for name, config := range map[string]*agitest.Config{
		"wrong PIN":       {Arguments: []string{"0042"}, Automatic: true, Digits: "111122223333"},
		"no digits":       {Arguments: []string{"0042"}, Automatic: true},
		"no argument":     {Automatic: true, Digits: "0042"},
		"empty argument":  {Arguments: []string{""}, Automatic: true},
		"two arguments":   {Arguments: []string{"0042", "x"}, Automatic: true, Digits: "0042"},
		"caller has gone": {Arguments: []string{"0042"}, Automatic: true, Dead: true},
	} {
		call := agitest.Start(t, agi.HandlerFunc(askPIN), config)
		err := call.Wait()
		if ok, _ := call.Variable("PIN_OK"); ok != "" {
			t.Errorf("%s: PIN_OK = %q (%v), want it unset", name, ok, err)
		}
	}
}
