package scene

import (
	"context"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
)

// Commands are the cases of every command, in groups: the cases of one run one after the other, in one call.
var Commands = map[string][]Case{
	"channel": {
		{"ANSWER", func(c ctxt, s sess) (any, error) { return none(s.Answer(c)) }, nil, ""},
		{"CHANNEL STATUS", func(c ctxt, s sess) (any, error) { return one(s.ChannelStatus(c, "")) }, asterisk.ChannelUp, ""},
		{"CHANNEL STATUS", func(c ctxt, s sess) (any, error) { return one(s.ChannelStatus(c, s.Env.Channel)) }, asterisk.ChannelUp, ""},
		{"CHANNEL STATUS", func(c ctxt, s sess) (any, error) { return one(s.ChannelStatus(c, "nobody")) }, nil, "no such channel"},
		{"HANGUP", func(c ctxt, s sess) (any, error) { return none(s.HangupChannel(c, "nobody")) }, nil, "no such channel"},
		{"SET AUTOHANGUP", func(c ctxt, s sess) (any, error) { return none(s.SetAutoHangup(c, 90500*time.Millisecond)) }, nil, ""},
		{"SET AUTOHANGUP", func(c ctxt, s sess) (any, error) { return none(s.SetAutoHangup(c, 0)) }, nil, ""},
		{"SET CALLERID", func(c ctxt, s sess) (any, error) { return none(s.SetCallerID(c, `Zoë "Z" \o/`, "0301")) }, nil, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "CALLERID(name)")) }, found{`Zoë "Z" \o/`, true}, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "CALLERID(num)")) }, found{"0301", true}, ""},
		{"SET MUSIC", func(c ctxt, s sess) (any, error) { return none(s.StartMusic(c, "")) }, nil, ""},
		{"SET MUSIC", func(c ctxt, s sess) (any, error) { return none(s.StartMusic(c, "nothing")) }, nil, ""},
		{"SET MUSIC", func(c ctxt, s sess) (any, error) { return none(s.StopMusic(c)) }, nil, ""},
		{"TDD MODE", func(c ctxt, s sess) (any, error) { return none(s.SetTDDMode(c, agi.TDDOn)) }, nil, "no TDD"},
		{"NOOP", func(c ctxt, s sess) (any, error) { return none(s.NoOp(c, "a b")) }, nil, ""},
		{"VERBOSE", func(c ctxt, s sess) (any, error) { return none(s.Verbose(c, "a b", 1)) }, nil, ""},
		{"SEND TEXT", func(c ctxt, s sess) (any, error) { return none(s.SendText(c, `a "b"`)) }, nil, ""},
		{"SEND IMAGE", func(c ctxt, s sess) (any, error) { return none(s.SendImage(c, "nothing")) }, nil, ""},
		{"NO SUCH", func(c ctxt, s sess) (any, error) { return one(s.Do(c, "NO SUCH")) }, nil, "does not know the command"},
		{"SET VARIABLE", func(c ctxt, s sess) (any, error) { return one(s.Do(c, "GET VARIABLE")) }, nil, "arguments do not fit"},
	},
	"receive char": {
		{"RECEIVE CHAR", func(c ctxt, s sess) (any, error) { return char(s.ReceiveChar(c, time.Millisecond)) }, found{"\x00", false}, ""},
	},
	"receive text": {
		{"RECEIVE TEXT", func(c ctxt, s sess) (any, error) { return value(s.ReceiveText(c, time.Millisecond)) }, found{"", false}, ""},
	},
	"break": {
		{"ASYNCAGI BREAK", func(c ctxt, s sess) (any, error) { return none(s.AsyncBreak(c)) }, nil, ""},
	},
	"data": {
		{"DATABASE PUT", func(c ctxt, s sess) (any, error) { return none(s.DatabasePut(c, "agi/live", "k", `a (b) "c" )`)) }, nil, ""},
		{"DATABASE GET", func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "agi/live", "k")) }, found{`a (b) "c" )`, true}, ""},
		{"DATABASE PUT", func(c ctxt, s sess) (any, error) { return none(s.DatabasePut(c, "agi/live", "empty", "")) }, nil, ""},
		{"DATABASE GET", func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "agi/live", "empty")) }, found{"", true}, ""},
		{"DATABASE GET", func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "agi/live", "nothing")) }, found{"", false}, ""},
		{"DATABASE DEL", func(c ctxt, s sess) (any, error) { return none(s.DatabaseDel(c, "agi/live", "k")) }, nil, ""},
		{"DATABASE DEL", func(c ctxt, s sess) (any, error) { return none(s.DatabaseDel(c, "agi/live", "k")) }, nil, ""},
		{"DATABASE GET", func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "agi/live", "k")) }, found{"", false}, ""},
		{"DATABASE DELTREE", func(c ctxt, s sess) (any, error) { return one(s.DatabaseDelTree(c, "agi", "live")) }, true, ""},
		{"DATABASE DELTREE", func(c ctxt, s sess) (any, error) { return one(s.DatabaseDelTree(c, "agi", "")) }, false, ""},
		{"SET VARIABLE", func(c ctxt, s sess) (any, error) {
			return none(s.SetVariables(c, agi.Variable{Name: "A", Value: "x)y"}, agi.Variable{Name: "B", Value: ""}))
		}, nil, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "A")) }, found{"x)y", true}, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "B")) }, found{"", true}, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "C")) }, found{"", false}, ""},
		{"GET FULL VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetFullVariable(c, "${A}-${B}-${C}", "")) }, found{"x)y--", true}, ""},
		{"GET FULL VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetFullVariable(c, "${A}", "nobody")) }, found{"", false}, ""},
		{"EXEC", func(c ctxt, s sess) (any, error) { return one(s.Exec(c, "Set", "E=a", "b")) }, 0, ""},
		{"GET VARIABLE", func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "E")) }, found{"a,b", true}, ""},
		{"EXEC", func(c ctxt, s sess) (any, error) { return one(s.Exec(c, "NoSuchApplication")) }, nil, "does not know the application"},
		{"EXEC", func(c ctxt, s sess) (any, error) { return one(s.Exec(c, "Goto", "nowhere,1,1")) }, 0, ""},
		{"GOSUB", func(c ctxt, s sess) (any, error) { return none(s.Gosub(c, agi.Location{Context: "nowhere"})) }, nil, "no such place"},
		{"SET CONTEXT", func(c ctxt, s sess) (any, error) { return none(s.SetContext(c, "served")) }, nil, ""},
		{"SET EXTENSION", func(c ctxt, s sess) (any, error) { return none(s.SetExtension(c, "end")) }, nil, ""},
		{"SET PRIORITY", func(c ctxt, s sess) (any, error) { return none(s.SetPriority(c, "no label")) }, nil, "arguments do not fit"},
		{"SET PRIORITY", func(c ctxt, s sess) (any, error) { return none(s.SetPriority(c, "1")) }, nil, ""},
	},
	"play": {
		{"STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.StreamFile(c, "beep", "")) }, agi.Played{Samples: 3520}, ""},
		{"STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.StreamFileFrom(c, "beep", "", 3200)) }, agi.Played{Samples: 3520}, ""},
		{"STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.StreamFile(c, "nothing", "")) }, nil, "check that it exists"},
		{"CONTROL STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.ControlStreamFile(c, "beep", "", nil)) }, agi.Controlled{Ended: true}, ""},
		{"CONTROL STREAM FILE", func(c ctxt, s sess) (any, error) {
			return one(s.ControlStreamFile(c, "beep", "", &agi.Control{Start: 400 * time.Millisecond}))
		}, agi.Controlled{Ended: true}, ""},
		{"CONTROL STREAM FILE", func(c ctxt, s sess) (any, error) { return one(s.ControlStreamFile(c, "nothing", "", nil)) }, nil, "check that it exists"},
		{"GET OPTION", func(c ctxt, s sess) (any, error) { return one(s.GetOption(c, "beep", "1", time.Millisecond)) }, agi.Played{Samples: 3520}, ""},
		{"GET OPTION", func(c ctxt, s sess) (any, error) { return one(s.GetOption(c, "nothing", "1", 0)) }, nil, "check that it exists"},
		{"GET DATA", func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "beep", 10*time.Millisecond, 4)) }, agi.Input{TimedOut: true}, ""},
		{"GET DATA", func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "nothing", 10*time.Millisecond, 4)) }, nil, "check that it exists"},
		{"WAIT FOR DIGIT", func(c ctxt, s sess) (any, error) { return one(s.WaitForDigit(c, time.Millisecond)) }, "", ""},
		{"RECORD FILE", func(c ctxt, s sess) (any, error) {
			return one(s.RecordFile(c, "/tmp/agi-live", "gsm", &agi.Recording{Limit: 50 * time.Millisecond}))
		}, agi.Recorded{End: agi.RecordTime, Begun: true}, ""},
		{"RECORD FILE", func(c ctxt, s sess) (any, error) {
			return one(s.RecordFile(c, "/tmp/agi-live", "gsm", &agi.Recording{Limit: 50 * time.Millisecond, Beep: true, Silence: time.Second}))
		}, agi.Recorded{End: agi.RecordTime, Begun: true}, ""},
		{"RECORD FILE", func(c ctxt, s sess) (any, error) {
			return one(s.RecordFile(c, "/proc/nowhere/x", "gsm", &agi.Recording{Limit: time.Second}))
		}, nil, "could not be written"},
		{"RECORD FILE", func(c ctxt, s sess) (any, error) {
			return one(s.RecordFile(c, "/tmp/agi-live", "noformat", &agi.Recording{Limit: time.Second}))
		}, nil, "could not be written"},
	},
	"say": {
		{"SAY NUMBER", func(c ctxt, s sess) (any, error) { return one(s.SayNumber(c, 1, "", "")) }, "", ""},
		{"SAY DIGITS", func(c ctxt, s sess) (any, error) { return one(s.SayDigits(c, "01", "")) }, "", ""},
		{"SAY DIGITS", func(c ctxt, s sess) (any, error) { return one(s.SayDigits(c, "*1", "")) }, nil, "arguments do not fit"},
		{"SAY ALPHA", func(c ctxt, s sess) (any, error) { return one(s.SayAlpha(c, "a", "")) }, "", ""},
		{"SAY PHONETIC", func(c ctxt, s sess) (any, error) { return one(s.SayPhonetic(c, "a", "")) }, "", ""},
		{"SAY DATETIME", func(c ctxt, s sess) (any, error) {
			return one(s.SayDateTime(c, noon, "", &agi.DateTimeFormat{Pattern: "H", Zone: "Europe/Berlin"}))
		}, "", ""},
	},
	"say a date": {
		{"SAY DATE", func(c ctxt, s sess) (any, error) { return one(s.SayDate(c, noon, "")) }, "", ""},
		{"SAY TIME", func(c ctxt, s sess) (any, error) { return one(s.SayTime(c, noon, "")) }, "", ""},
	},
	"speech": { // no engine here: these are the failures; package agi tests the rest on transcripts
		{"SPEECH CREATE", func(c ctxt, s sess) (any, error) { return none(s.SpeechCreate(c, "")) }, nil, "no such speech engine"},
		{"SPEECH SET", func(c ctxt, s sess) (any, error) { return none(s.SpeechSet(c, "a", "b")) }, nil, "no speech object"},
		{"SPEECH LOAD GRAMMAR", func(c ctxt, s sess) (any, error) { return none(s.SpeechLoadGrammar(c, "a", "b")) }, nil, "no speech object"},
		{"SPEECH UNLOAD GRAMMAR", func(c ctxt, s sess) (any, error) { return none(s.SpeechUnloadGrammar(c, "a")) }, nil, "no speech object"},
		{"SPEECH ACTIVATE GRAMMAR", func(c ctxt, s sess) (any, error) { return none(s.SpeechActivateGrammar(c, "a")) }, nil, "no speech object"},
		{"SPEECH DEACTIVATE GRAMMAR", func(c ctxt, s sess) (any, error) { return none(s.SpeechDeactivateGrammar(c, "a")) }, nil, "no speech object"},
		{"SPEECH RECOGNIZE", func(c ctxt, s sess) (any, error) { return one(s.SpeechRecognize(c, "beep", time.Second, 0)) }, nil, "no speech object"},
		{"SPEECH DESTROY", func(c ctxt, s sess) (any, error) { return none(s.SpeechDestroy(c)) }, nil, "no speech object"},
	},
}

// One writing for all results of methods.
type (
	ctxt = context.Context
	sess = *agi.Session
)

// found is a value, and whether there is one.
type found struct {
	value string
	ok    bool
}

var noon = time.Unix(1_700_000_000, 0)

func none(err error) (any, error)                     { return nil, err }
func one[T any](v T, err error) (any, error)          { return v, err }
func value(v string, ok bool, err error) (any, error) { return found{v, ok}, err }
func char(c byte, ok bool, err error) (any, error)    { return found{string(c), ok}, err }
