package agi_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// askPIN asks for a number, and tells the dialplan that it is right.
func askPIN(ctx context.Context, s *agi.Session) error {
	if err := s.Answer(ctx); err != nil {
		return err
	}
	input, err := s.GetData(ctx, "agent-pass", 5*time.Second, 4)
	if err != nil || input.Digits != "0042" { // a text: "42" is another
		return err
	}
	return s.SetVariable(ctx, "PIN_OK", "yes") // the last command
}

// A handler serves a call, whatever way it comes in. Here a test makes the call.
func Example() {
	t := new(testing.T) // in a test, its own
	call := agitest.Start(t, agi.HandlerFunc(askPIN), &agitest.Config{Automatic: true, Digits: "0042"})
	fmt.Println(call.Wait())
	fmt.Println(call.Variable("PIN_OK"))
	// Output:
	// <nil>
	// yes true
}

// This is all of a script's main function. The dialplan starts the program by
// AGI(pin); Main does not return.
func ExampleMain() {
	agi.Main(agi.HandlerFunc(askPIN))
}

// A menu: the first key is none of the choices, the second is.
func ExampleSession_Choose() {
	menu := agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		choice, err := s.Choose(ctx, agi.Menu{Prompt: "main-menu", Invalid: "invalid", Choices: []string{"1", "2"}, Timeout: 5 * time.Second})
		if err != nil {
			return err
		}
		return s.SetVariable(ctx, "CHOICE", choice)
	})
	t := new(testing.T) // in a test, its own
	call := agitest.Start(t, menu, &agitest.Config{Automatic: true, Digits: "72"})
	fmt.Println(call.Wait())
	for _, command := range call.Commands() {
		fmt.Println(command.Line)
	}
	// Output:
	// <nil>
	// GET DATA "main-menu" "5000" "1"
	// STREAM FILE "invalid" ""
	// GET DATA "main-menu" "5000" "1"
	// SET VARIABLE "CHOICE" "2"
}

// The caller hangs up: the command says so, and the handler returns that.
func ExampleFailed() {
	t := new(testing.T) // in a test, its own
	call := agitest.Start(t, agi.HandlerFunc(askPIN), nil)
	call.Expect("ANSWER").Success()
	prompt := call.Expect("GET DATA")
	call.Hangup()
	prompt.Fail()
	err := call.Wait()
	fmt.Println(err)
	fmt.Println("failed:", agi.Failed(err))
	// Output:
	// agi: GET DATA "agent-pass": the channel has hung up
	// failed: false
}
