package agi_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/compare"
)

// commandCase is one method, the line that it sends, and what it makes of a
// reply.
type commandCase struct {
	call  func(ctx context.Context, s *agi.Session) (any, error)
	line  string
	reply string // without its line ending
	want  any
	fails string // what the error must say, when the channel is alive
}

type found struct {
	Value string
	OK    bool
}

func none(err error) (any, error)                     { return nil, err }
func one[T any](v T, err error) (any, error)          { return v, err }
func value(v string, ok bool, err error) (any, error) { return found{v, ok}, err }
func char(c byte, ok bool, err error) (any, error)    { return found{string(c), ok}, err }

type (
	ctxt = context.Context
	sess = *agi.Session
)

var noon = time.Unix(1_700_000_000, 0)

var commandCases = []commandCase{
	{call: func(c ctxt, s sess) (any, error) { return none(s.Answer(c)) }, line: `ANSWER`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.Answer(c)) }, line: `ANSWER`, reply: "200 result=-1", fails: "answered"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.AsyncBreak(c)) }, line: `ASYNCAGI BREAK`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.ChannelStatus(c, "")) }, line: `CHANNEL STATUS`, reply: "200 result=6", want: asterisk.ChannelUp},
	{call: func(c ctxt, s sess) (any, error) { return one(s.ChannelStatus(c, "PJSIP/1-1")) }, line: `CHANNEL STATUS "PJSIP/1-1"`, reply: "200 result=0", want: asterisk.ChannelDown},

	{call: func(c ctxt, s sess) (any, error) {
		return one(s.ControlStreamFile(c, "f", "5", nil))
	}, line: `CONTROL STREAM FILE "f" "5"`, reply: "200 result=53 endpos=1234", want: agi.Controlled{Digit: "5", Position: 1234 * time.Millisecond}},
	{call: func(c ctxt, s sess) (any, error) {
		return one(s.ControlStreamFile(c, "f", "", &agi.Control{Forward: "6", Pause: "5", Start: time.Second}))
	}, line: `CONTROL STREAM FILE "f" "" "3000" "6" "" "5" "1000"`, reply: "200 result=0 endpos=-1", want: agi.Controlled{Ended: true}},
	{call: func(c ctxt, s sess) (any, error) {
		return one(s.ControlStreamFile(c, "f", "", &agi.Control{Skip: time.Minute}))
	}, line: `CONTROL STREAM FILE "f" "" "60000" "" "" "" "0"`, reply: "200 result=1000 endpos=20", want: agi.Controlled{Position: 20 * time.Millisecond, Remote: true}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.ControlStreamFile(c, "f", "", nil)) }, line: `CONTROL STREAM FILE "f" ""`, reply: "200 result=-1 endpos=-1", fails: "check that it exists"},

	{call: func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "f", "k")) }, line: `DATABASE GET "f" "k"`, reply: "200 result=1 (a (b) c)", want: found{"a (b) c", true}},
	{call: func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "f", "k")) }, line: `DATABASE GET "f" "k"`, reply: "200 result=1 ()", want: found{"", true}},
	{call: func(c ctxt, s sess) (any, error) { return value(s.DatabaseGet(c, "f", "k")) }, line: `DATABASE GET "f" "k"`, reply: "200 result=0", want: found{"", false}},
	{call: func(c ctxt, s sess) (any, error) { return none(s.DatabasePut(c, "f", "k", `a "b"`)) }, line: `DATABASE PUT "f" "k" "a \"b\""`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.DatabasePut(c, "f", "k", "")) }, line: `DATABASE PUT "f" "k" ""`, reply: "200 result=0", fails: "did not store"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.DatabaseDel(c, "f", "k")) }, line: `DATABASE DEL "f" "k"`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.DatabaseDel(c, "f", "k")) }, line: `DATABASE DEL "f" "k"`, reply: "200 result=0", fails: "did not delete"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.DatabaseDelTree(c, "f", "")) }, line: `DATABASE DELTREE "f"`, reply: "200 result=0", want: true},
	{call: func(c ctxt, s sess) (any, error) { return one(s.DatabaseDelTree(c, "f", "t")) }, line: `DATABASE DELTREE "f" "t"`, reply: "200 result=1", want: false},

	{call: func(c ctxt, s sess) (any, error) { return one(s.Exec(c, "Dial", "PJSIP/1", "30", "g")) }, line: `EXEC "Dial" "PJSIP/1,30,g"`, reply: "200 result=0", want: 0},
	{call: func(c ctxt, s sess) (any, error) { return one(s.Exec(c, "Hangup")) }, line: `EXEC "Hangup" ""`, reply: "200 result=-2", want: -2, fails: "does not know the application Hangup"},

	{call: func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "enter-pin", 5*time.Second, 4)) }, line: `GET DATA "enter-pin" "5000" "4"`, reply: "200 result=0042", want: agi.Input{Digits: "0042"}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "p", 0, 0)) }, line: `GET DATA "p" "0"`, reply: "200 result=*1 (timeout)", want: agi.Input{Digits: "*1", TimedOut: true}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "p", -1, 0)) }, line: `GET DATA "p" "-1"`, reply: "200 result= (timeout)", want: agi.Input{TimedOut: true}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "p", time.Nanosecond, 0)) }, line: `GET DATA "p" "1"`, reply: "200 result=", want: agi.Input{}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "p", 0, 20)) }, line: `GET DATA "p" "0" "20"`, reply: "200 result=12345678901234567890", want: agi.Input{Digits: "12345678901234567890"}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.GetData(c, "p", 0, 1)) }, line: `GET DATA "p" "0" "1"`, reply: "200 result=-1", fails: "check that it exists"},

	{call: func(c ctxt, s sess) (any, error) { return value(s.GetFullVariable(c, "${A}-${B}", "")) }, line: `GET FULL VARIABLE "${A}-${B}"`, reply: "200 result=1 (1-2)", want: found{"1-2", true}},
	{call: func(c ctxt, s sess) (any, error) { return value(s.GetFullVariable(c, "${A}", "X/1")) }, line: `GET FULL VARIABLE "${A}" "X/1"`, reply: "200 result=0", want: found{"", false}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.GetOption(c, "f", "12", time.Second)) }, line: `GET OPTION "f" "12" "1000"`, reply: "200 result=50 endpos=3520", want: agi.Played{Digit: "2", Samples: 3520}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.GetOption(c, "f", "12", -1)) }, line: `GET OPTION "f" "12" "-1"`, reply: "200 result=-1 endpos=0", fails: "check that it exists"},
	{call: func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "A")) }, line: `GET VARIABLE "A"`, reply: `200 result=1 (x="1)" )`, want: found{`x="1)" `, true}},
	{call: func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "A")) }, line: `GET VARIABLE "A"`, reply: "200 result=1 ()", want: found{"", true}},
	{call: func(c ctxt, s sess) (any, error) { return value(s.GetVariable(c, "A")) }, line: `GET VARIABLE "A"`, reply: "200 result=0", want: found{"", false}},

	{call: func(c ctxt, s sess) (any, error) {
		return none(s.Gosub(c, agi.Location{Context: "ctx", Extension: "s", Priority: "1"}, "a", "b c"))
	}, line: `GOSUB "ctx" "s" "1" "a,b c"`, reply: "100 result=0 Trying...\n200 result=0 Gosub complete"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.Gosub(c, agi.Location{Context: "ctx"})) }, line: `GOSUB "ctx" "s" "1" ""`, reply: "100 result=0 Trying...\n200 result=0 Gosub complete (abnormal exit)", fails: "without a Return"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.Gosub(c, agi.Location{Context: "ctx"})) }, line: `GOSUB "ctx" "s" "1" ""`, reply: "200 result=-1 Gosub label not found", fails: "no such place"},

	{call: func(c ctxt, s sess) (any, error) { return none(s.Hangup(c)) }, line: `HANGUP`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.HangupChannel(c, "X/1")) }, line: `HANGUP "X/1"`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.HangupChannel(c, "X/1")) }, line: `HANGUP "X/1"`, reply: "200 result=-1", fails: "no such channel"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.NoOp(c)) }, line: `NOOP`, reply: "200 result=0"},

	{call: func(c ctxt, s sess) (any, error) { return char(s.ReceiveChar(c, time.Second)) }, line: `RECEIVE CHAR "1000"`, reply: "200 result=65", want: found{"A", true}},
	{call: func(c ctxt, s sess) (any, error) { return char(s.ReceiveChar(c, -1)) }, line: `RECEIVE CHAR "-1"`, reply: "200 result=0 (timeout)", want: found{"\x00", false}},
	{call: func(c ctxt, s sess) (any, error) { return value(s.ReceiveText(c, time.Second)) }, line: `RECEIVE TEXT "1000"`, reply: "200 result=1 (hello (you))", want: found{"hello (you)", true}},

	{call: func(c ctxt, s sess) (any, error) { return one(s.RecordFile(c, "f", "wav", nil)) }, line: `RECORD FILE "f" "wav" "" "-1" "0"`, reply: "200 result=-1 (hangup) endpos=800", want: agi.Recorded{End: agi.RecordHangup, Samples: 800, Begun: true}},
	{call: func(c ctxt, s sess) (any, error) {
		return one(s.RecordFile(c, "f", "wav", &agi.Recording{Stop: "#", Limit: time.Minute, Silence: 1500 * time.Millisecond, Beep: true, Offset: 80}))
	}, line: `RECORD FILE "f" "wav" "#" "60000" "80" "BEEP" "s=2"`, reply: "200 result=35 (dtmf) endpos=1600", want: agi.Recorded{End: agi.RecordDigit, Digit: "#", Samples: 1600, Begun: true}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.RecordFile(c, "f", "wav", nil)) }, line: `RECORD FILE "f" "wav" "" "-1" "0"`, reply: "200 result=0 (timeout) endpos=160", want: agi.Recorded{End: agi.RecordTime, Samples: 160, Begun: true}},
	{call: func(c ctxt, s sess) (any, error) {
		return one(s.RecordFile(c, "f", "wav", &agi.Recording{Stop: "#"}))
	}, line: `RECORD FILE "f" "wav" "#" "-1" "0"`, reply: "200 result=35 (randomerror) endpos=0", want: agi.Recorded{End: agi.RecordDigit, Digit: "#"}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.RecordFile(c, "f", "wav", nil)) }, line: `RECORD FILE "f" "wav" "" "-1" "0"`, reply: "200 result=-1 (randomerror) endpos=0", fails: "beep"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.RecordFile(c, "f", "x", nil)) }, line: `RECORD FILE "f" "x" "" "-1" "0"`, reply: "200 result=-1 (writefile)", fails: "could not be written"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.RecordFile(c, "f", "x", nil)) }, line: `RECORD FILE "f" "x" "" "-1" "0"`, reply: "200 result=-1 (waitfor) endpos=0", fails: "could not be read"},

	{call: func(c ctxt, s sess) (any, error) { return one(s.SayAlpha(c, "ab", "#")) }, line: `SAY ALPHA "ab" "#"`, reply: "200 result=35", want: "#"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SayDigits(c, "0042", "*")) }, line: `SAY DIGITS "0042" "*"`, reply: "200 result=42", want: "*"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SayNumber(c, -5, "", "")) }, line: `SAY NUMBER "-5" ""`, reply: "200 result=0", want: ""},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SayNumber(c, 1, "A", "f")) }, line: `SAY NUMBER "1" "A" "f"`, reply: "200 result=65", want: "A"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SayPhonetic(c, "ab", "")) }, line: `SAY PHONETIC "ab" ""`, reply: "200 result=-1", want: "", fails: "sounds of the channel's language"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SayPhonetic(c, "ab", "1")) }, line: `SAY PHONETIC "ab" "1"`, reply: "200 result=49", want: "1"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SayDate(c, noon, "1")) }, line: `SAY DATE "1700000000" "1"`, reply: "200 result=49", want: "1"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SayTime(c, noon, "1")) }, line: `SAY TIME "1700000000" "1"`, reply: "200 result=0", want: ""},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SayDateTime(c, noon, "", nil)) }, line: `SAY DATETIME "1700000000" ""`, reply: "200 result=0", want: ""},
	{call: func(c ctxt, s sess) (any, error) {
		return one(s.SayDateTime(c, noon, "", &agi.DateTimeFormat{Zone: "UTC"}))
	}, line: `SAY DATETIME "1700000000" "" "ABdY 'digits/at' IMp" "UTC"`, reply: "200 result=0", want: ""},

	{call: func(c ctxt, s sess) (any, error) { return none(s.SendText(c, "hé")) }, line: `SEND TEXT "hé"`, reply: "200 result=0\n"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SendText(c, "x")) }, line: `SEND TEXT "x"`, reply: "200 result=-1", fails: "did not take"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SendImage(c, "x")) }, line: `SEND IMAGE "x"`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SendImage(c, "x")) }, line: `SEND IMAGE "x"`, reply: "200 result=-1", fails: "did not take"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SetAutoHangup(c, 1500*time.Millisecond)) }, line: `SET AUTOHANGUP "1.5"`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SetAutoHangup(c, -1)) }, line: `SET AUTOHANGUP "0"`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SetCallerID(c, `A "q" \`, "123")) }, line: `SET CALLERID "\"A \\\"q\\\" \\\\\" <123>"`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SetContext(c, "x")) }, line: `SET CONTEXT "x"`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SetExtension(c, "x")) }, line: `SET EXTENSION "x"`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SetPriority(c, "x")) }, line: `SET PRIORITY "x"`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.StartMusic(c, "")) }, line: `SET MUSIC "on"`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.StartMusic(c, "jazz")) }, line: `SET MUSIC "on" "jazz"`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.StopMusic(c)) }, line: `SET MUSIC "off"`, reply: "200 result=0"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SetVariable(c, "A", "a, b")) }, line: `SET VARIABLE "A" "a, b"`, reply: "200 result=1"},

	{call: func(c ctxt, s sess) (any, error) { return none(s.SpeechCreate(c, "")) }, line: `SPEECH CREATE ""`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SpeechCreate(c, "")) }, line: `SPEECH CREATE ""`, reply: "200 result=0", fails: "no such speech engine"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SpeechSet(c, "a", "b")) }, line: `SPEECH SET "a" "b"`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SpeechSet(c, "a", "b")) }, line: `SPEECH SET "a" "b"`, reply: "200 result=0", fails: "no speech object"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SpeechLoadGrammar(c, "g", "/p")) }, line: `SPEECH LOAD GRAMMAR "g" "/p"`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SpeechUnloadGrammar(c, "g")) }, line: `SPEECH UNLOAD GRAMMAR "g"`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SpeechActivateGrammar(c, "g")) }, line: `SPEECH ACTIVATE GRAMMAR "g"`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SpeechDeactivateGrammar(c, "g")) }, line: `SPEECH DEACTIVATE GRAMMAR "g"`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SpeechDestroy(c)) }, line: `SPEECH DESTROY`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SpeechRecognize(c, "p", 1500*time.Millisecond, 0)) }, line: `SPEECH RECOGNIZE "p" "2" "0"`,
		reply: `200 result=1 (speech) endpos=80 results=2 score0=900 text0="one (1) "two"" grammar0=digits score1=-3 text1="" grammar1=`,
		want:  agi.Speech{Samples: 80, Results: []agi.SpeechResult{{Score: 900, Text: `one (1) "two"`, Grammar: "digits"}, {Score: -3}}}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SpeechRecognize(c, "p", 0, 8000)) }, line: `SPEECH RECOGNIZE "p" "0" "8000"`, reply: "200 result=1 (digit) digit=# endpos=0", want: agi.Speech{Digit: "#"}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SpeechRecognize(c, "p", 0, 0)) }, line: `SPEECH RECOGNIZE "p" "0" "0"`, reply: "200 result=1 (timeout) endpos=7", want: agi.Speech{TimedOut: true, Samples: 7}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SpeechRecognize(c, "p", 0, 0)) }, line: `SPEECH RECOGNIZE "p" "0" "0"`, reply: "200 result=1 (speech) endpos=0 results=999999999 ", want: agi.Speech{}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.SpeechRecognize(c, "p", 0, 0)) }, line: `SPEECH RECOGNIZE "p" "0" "0"`, reply: "200 result=0", fails: "no speech object"},

	{call: func(c ctxt, s sess) (any, error) { return one(s.StreamFile(c, "f", "12")) }, line: `STREAM FILE "f" "12"`, reply: "200 result=0 endpos=3520", want: agi.Played{Samples: 3520}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.StreamFileFrom(c, "f", "12", 80)) }, line: `STREAM FILE "f" "12" "80"`, reply: "200 result=49 endpos=160", want: agi.Played{Digit: "1", Samples: 160}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.StreamFile(c, "f", "")) }, line: `STREAM FILE "f" ""`, reply: "200 result=1000 endpos=160", want: agi.Played{Samples: 160, Remote: true}},
	{call: func(c ctxt, s sess) (any, error) { return one(s.StreamFile(c, "f", "")) }, line: `STREAM FILE "f" ""`, reply: "200 result=-1 endpos=0", fails: "check that it exists"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SetTDDMode(c, agi.TDDMate)) }, line: `TDD MODE "mate"`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.SetTDDMode(c, agi.TDDOn)) }, line: `TDD MODE "on"`, reply: "200 result=0", fails: "no TDD"},
	{call: func(c ctxt, s sess) (any, error) { return none(s.Verbose(c, "x", 3)) }, line: `VERBOSE "x" "3"`, reply: "200 result=1"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.WaitForDigit(c, -1)) }, line: `WAIT FOR DIGIT "-1"`, reply: "200 result=68", want: "D"},
	{call: func(c ctxt, s sess) (any, error) { return one(s.WaitForDigit(c, 0)) }, line: `WAIT FOR DIGIT "0"`, reply: "200 result=0", want: ""},
	{call: func(c ctxt, s sess) (any, error) { return one(s.WaitForDigit(c, 0)) }, line: `WAIT FOR DIGIT "0"`, reply: "200 result=-1", fails: "could not be read"},
}

const (
	alive = "200 result=6\n"
	dead  = "HANGUP\n511 Command Not Permitted on a dead channel or intercept routine\n"
)

// script is the part of Asterisk: the reply, and for a failure the answer to the
// question whether the channel is alive.
func (c commandCase) script(status string) []string {
	steps := []string{"?" + c.line, c.reply + "\n"}
	if c.fails != "" && !c.runsWhenDead() {
		steps = append(steps, "?CHANNEL STATUS", status)
	}
	return steps
}

func (c commandCase) runsWhenDead() bool {
	return slices.ContainsFunc(whenDead, func(name string) bool { return strings.HasPrefix(c.line, name) })
}

func TestCommands(t *testing.T) {
	for _, c := range commandCases {
		t.Run(c.line+" "+c.reply, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_ = play(t, func(ctx context.Context, s *agi.Session) error {
					got, err := c.call(ctx, s)
					checkFailure(t, c, err)
					if diff := compare.Diff(c.want, got); c.fails == "" && diff != "" {
						t.Errorf("the result differs (-want +got):\n%s", diff)
					}
					return nil
				}, c.script(alive)...)
			})
		})
	}
}

func checkFailure(t *testing.T, c commandCase, err error) {
	t.Helper()
	if c.fails == "" {
		if err != nil {
			t.Errorf("error %v", err)
		}
		return
	}
	var refused *agi.Error
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.fails) || errors.Is(err, agi.ErrHangup) {
		t.Errorf("error %v, want an *Error that says %q", err, c.fails)
	}
	if refused != nil && !strings.HasPrefix(c.line, refused.Command) {
		t.Errorf("error of %q, want that of %q", refused.Command, c.line)
	}
}

// The result that a missing file has is that of a hangup too.
func TestCommandsThatAHangupEnds(t *testing.T) {
	for _, c := range commandCases {
		if !strings.Contains(c.reply, "result=-1") || c.fails == "" {
			continue
		}
		t.Run(c.line, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_ = play(t, func(ctx context.Context, s *agi.Session) error {
					if _, err := c.call(ctx, s); !errors.Is(err, agi.ErrHangup) || errors.Is(err, agi.ErrNotSent) {
						t.Errorf("error %v, want %v", err, agi.ErrHangup)
					}
					return nil
				}, c.script(dead)...)
			})
		})
	}
}

// Every command is either refused after the hangup, or run as before.
func TestCommandsAfterTheHangup(t *testing.T) {
	for _, c := range commandCases {
		if c.fails != "" {
			continue
		}
		t.Run(c.line, func(t *testing.T) {
			runs := c.runsWhenDead()
			script := []string{"HANGUP\n"}
			if runs {
				script = append(script, "?"+c.line, c.reply+"\n")
			}
			synctest.Test(t, func(t *testing.T) {
				_ = play(t, func(ctx context.Context, s *agi.Session) error {
					<-ctx.Done()
					_, err := c.call(ctx, s)
					if runs && err != nil || !runs && (!errors.Is(err, agi.ErrHangup) || errors.Is(err, agi.ErrNotSent)) {
						t.Errorf("runs when dead: %t, error %v", runs, err)
					}
					return nil
				}, script...)
			})
		})
	}
}

// whenDead are those of which "agi show commands" says so, on 16 and 22.
var whenDead = []string{
	"ASYNCAGI BREAK", "DATABASE", "EXEC", "GET FULL VARIABLE", "GET VARIABLE", "NOOP", "SET VARIABLE", "SPEECH DESTROY",
	"SPEECH UNLOAD GRAMMAR", "VERBOSE",
}

func TestEveryCommandHasATest(t *testing.T) {
	for _, name := range allCommands {
		if !slices.ContainsFunc(commandCases, func(c commandCase) bool {
			return c.fails == "" && (c.line == name || strings.HasPrefix(c.line, name+` "`))
		}) {
			t.Errorf("%s has none", name)
		}
	}
}

// allCommands are the 47 of 16 and 22.
var allCommands = []string{
	"ANSWER", "ASYNCAGI BREAK", "CHANNEL STATUS", "CONTROL STREAM FILE", "DATABASE DEL", "DATABASE DELTREE", "DATABASE GET", "DATABASE PUT",
	"EXEC", "GET DATA", "GET FULL VARIABLE", "GET OPTION", "GET VARIABLE", "GOSUB", "HANGUP", "NOOP", "RECEIVE CHAR", "RECEIVE TEXT",
	"RECORD FILE", "SAY ALPHA", "SAY DATE", "SAY DATETIME", "SAY DIGITS", "SAY NUMBER", "SAY PHONETIC", "SAY TIME", "SEND IMAGE",
	"SEND TEXT", "SET AUTOHANGUP", "SET CALLERID", "SET CONTEXT", "SET EXTENSION", "SET MUSIC", "SET PRIORITY", "SET VARIABLE",
	"SPEECH ACTIVATE GRAMMAR", "SPEECH CREATE", "SPEECH DEACTIVATE GRAMMAR", "SPEECH DESTROY", "SPEECH LOAD GRAMMAR", "SPEECH RECOGNIZE",
	"SPEECH SET", "SPEECH UNLOAD GRAMMAR", "STREAM FILE", "TDD MODE", "VERBOSE", "WAIT FOR DIGIT",
}
