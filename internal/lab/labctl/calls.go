package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// callable is an extension that a person may want to call.
type callable struct {
	extension string // an example, where it is a pattern
	context   string
	does      string
}

// callables are the extensions of the lab's dialplan, on both servers.
var callables = []callable{
	{"answer", "outcome", "answers, and hangs up after a minute"},
	{"answer-short", "outcome", "answers, and hangs up after 0.2 s"},
	{"tone", "outcome", "answers, and sends a tone for a minute"},
	{"delayed", "outcome", "rings for a second, answers, and hangs up a second later"},
	{"busy", "outcome", "is busy"},
	{"congestion", "outcome", "the network has no room"},
	{"noanswer", "outcome", "rings for an hour"},
	{"hangup-21", "outcome", "ends unanswered with that Q.850 cause; any number"},
	{"1", "echo", "answers, and sends back what it hears; any number"},
	{"s", "storm", "a short call with many events"},
	{"dial-delayed", "app", "dials an extension of outcome: a second leg"},
	{"queue", "app", "waits in the queue support, whose members are delayed, noanswer and busy"},
	{"conf-7", "app", "joins a conference; any number"},
	{"park", "app", "is parked"},
	{"hold", "app", "hears music for a minute"},
	{"playback", "app", "hears an announcement"},
	{"voicemail", "app", "leaves a message for 100"},
	{"userevent", "app", "sends a UserEvent"},
	{"async-1", "agi", "AGI(agi:async); any number"},
	{"fast", "agi", "FastAGI, at the URL in the variable FASTAGI"},
	{"local", "agi", "the script of agi-bin in the variable SCRIPT"},
	{"100", "default", "calls the phone; also 101 and 102"},
	{"91", "default", "answers, and sends back what it hears; any number that begins with 9"},
	{"support", "default", "as queue@app"},
}

// showCalls prints what can be called, by whom, and how.
func showCalls(out io.Writer) {
	fmt.Fprintln(out, "Extensions of both servers, for the Channel of an Originate:")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range callables {
		fmt.Fprintf(table, "  Local/%s@%s\t%s\n", c.extension, c.context, c.does)
	}
	table.Flush()
	fmt.Fprint(out, `
On a server's console, a call from an extension to an application or another extension:
  channel originate Local/answer@outcome extension dial-delayed@app
  dialplan set global FASTAGI agi://127.0.0.1/ivr/en
  channel originate Local/fast@agi application Wait 60

Phones, for any SIP client, which call the extensions of the context default:
  100  password secret-100
  101  password secret-101
  102  password secret-102

`)
}
