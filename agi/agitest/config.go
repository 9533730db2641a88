package agitest

import (
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// Config says who calls and what for. Nil and the zero value are a call from
// 100 to 200, with an environment that has all of Asterisk's lines.
type Config struct {
	// Script is the part of the FastAGI URL after the first slash, with its
	// query: "ivr/de?from=1".
	Script string
	// Arguments are those of the dialplan, after the script.
	Arguments []string
	// Env holds further keys and values, in turn: "agi_callerid", "555". They
	// take the place of the lines of that key, or are added where Asterisk would
	// write them. A line break in a value makes lines of its own, as it does there.
	Env []string
	// RawEnv is sent instead of all that, as it is, unless it is empty. Asterisk
	// ends with an empty line.
	RawEnv string

	// Automatic answers commands that the test does not expect.
	Automatic bool
	// Digits are what the caller presses in an automatic call, one at a time.
	Digits string
	// Variables are those of the channel that are set in an automatic call.
	Variables map[string]string
	// Dead begins an automatic call on a channel that has hung up already, as
	// in the extension h.
	Dead bool

	// Patience bounds each wait for the program under test; 0 means 10 seconds,
	// less than 0 no bound.
	Patience time.Duration
	// AGI is the configuration of the session that Start makes. Nil has the
	// defaults.
	AGI *agi.Config
}

const defaultPatience = 10 * time.Second

// TB is what a Call needs of a test: *testing.T, *testing.B and *testing.F
// have it. Fatalf must not return.
type TB interface {
	Helper()
	Errorf(format string, arguments ...any)
	Fatalf(format string, arguments ...any)
	Cleanup(func())
}
