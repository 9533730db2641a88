package agitest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// pin asks for a number and keeps it.
func pin(ctx context.Context, s *agi.Session) error {
	if _, err := s.Do(ctx, "ANSWER"); err != nil {
		return err
	}
	entered, err := s.Do(ctx, "GET DATA", "enter-pin", "5000", "4")
	if err != nil {
		return err
	}
	_, err = s.Do(ctx, "SET VARIABLE", "PIN", entered.Result)
	return err
}

// The test says what comes of each command.
func Example() {
	t := new(testing.T) // in a test, its own

	call := agitest.Start(t, agi.HandlerFunc(pin), nil)
	call.Expect("ANSWER").Success()
	call.Expect("GET DATA", "enter-pin", "5000", "4").Result("0042")
	set := call.Expect("SET VARIABLE")
	set.Success()
	fmt.Println(set.Name, set.Arguments)
	fmt.Println(call.Wait())
	// Output:
	// SET VARIABLE [PIN 0042]
	// <nil>
}

// The test says who calls, and looks at what has become of it.
func Example_automatic() {
	t := new(testing.T) // in a test, its own

	call := agitest.Start(t, agi.HandlerFunc(pin), &agitest.Config{
		Env:       []string{"agi_callerid", "4930123"},
		Automatic: true,
		Digits:    "0042",
	})
	fmt.Println(call.Wait())
	fmt.Println(call.Variable("PIN"))
	for _, command := range call.Commands() {
		fmt.Println(command.Line)
	}
	// Output:
	// <nil>
	// 0042 true
	// ANSWER
	// GET DATA "enter-pin" "5000" "4"
	// SET VARIABLE "PIN" "0042"
}

// The caller hangs up in the middle of a prompt.
func ExampleCall_Hangup() {
	t := new(testing.T) // in a test, its own

	call := agitest.Start(t, agi.HandlerFunc(pin), nil)
	call.Expect("ANSWER").Success()
	command := call.Expect("GET DATA")
	call.Hangup()
	command.Fail()
	call.Expect("SET VARIABLE", "PIN", "-1").Success() // it should have looked at the result
	fmt.Println(call.Wait())
	// Output:
	// <nil>
}
