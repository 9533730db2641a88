package agitest

import "strings"

// known is what a call has to know of a command.
type known struct {
	success string // what a reply says when all goes well, behind "result="
	dead    bool   // runs on a channel that has hung up
	fails   bool   // with the result -1 it makes AGISTATUS a FAILURE: 16 and 22
}

// commands are those of Asterisk 16 and 22.
var commands = map[string]known{
	"ANSWER":                    {success: "0"},
	"ASYNCAGI BREAK":            {success: "0", dead: true},
	"CHANNEL STATUS":            {success: "6"},
	"CONTROL STREAM FILE":       {success: "0 endpos=8000", fails: true},
	"DATABASE DEL":              {success: "1", dead: true},
	"DATABASE DELTREE":          {success: "0", dead: true},
	"DATABASE GET":              {success: "1 ()", dead: true},
	"DATABASE PUT":              {success: "1", dead: true},
	"EXEC":                      {success: "0", dead: true},
	"GET DATA":                  {success: " (timeout)"},
	"GET FULL VARIABLE":         {success: "1 ()", dead: true},
	"GET OPTION":                {success: "0 endpos=8000", fails: true},
	"GET VARIABLE":              {success: "1 ()", dead: true},
	"GOSUB":                     {success: "0 Gosub complete", fails: true},
	"HANGUP":                    {success: "1"},
	"NOOP":                      {success: "0", dead: true},
	"RECEIVE CHAR":              {success: "0"},
	"RECEIVE TEXT":              {success: "1 ()"},
	"RECORD FILE":               {success: "0 (timeout) endpos=8000", fails: true},
	"SAY ALPHA":                 {success: "0"},
	"SAY DATE":                  {success: "0"},
	"SAY DATETIME":              {success: "0"},
	"SAY DIGITS":                {success: "0"},
	"SAY NUMBER":                {success: "0"},
	"SAY PHONETIC":              {success: "0"},
	"SAY TIME":                  {success: "0"},
	"SEND IMAGE":                {success: "0"},
	"SEND TEXT":                 {success: "0"},
	"SET AUTOHANGUP":            {success: "0"},
	"SET CALLERID":              {success: "1"},
	"SET CONTEXT":               {success: "0"},
	"SET EXTENSION":             {success: "0"},
	"SET MUSIC":                 {success: "0"},
	"SET PRIORITY":              {success: "0"},
	"SET VARIABLE":              {success: "1", dead: true},
	"SPEECH ACTIVATE GRAMMAR":   {success: "1"},
	"SPEECH CREATE":             {success: "1"},
	"SPEECH DEACTIVATE GRAMMAR": {success: "1"},
	"SPEECH DESTROY":            {success: "1", dead: true},
	"SPEECH LOAD GRAMMAR":       {success: "1"},
	"SPEECH RECOGNIZE":          {success: "1 (timeout) endpos=0"},
	"SPEECH SET":                {success: "1"},
	"SPEECH UNLOAD GRAMMAR":     {success: "1", dead: true},
	"STREAM FILE":               {success: "0 endpos=8000", fails: true},
	"TDD MODE":                  {success: "1"},
	"VERBOSE":                   {success: "1", dead: true},
	"WAIT FOR DIGIT":            {success: "0"},
}

// cutName divides tokens into the name of a command, in capitals, and its
// arguments. A command that Asterisk does not know has a name of one word.
func cutName(tokens []string) (name string, arguments []string) {
	for words := min(3, len(tokens)); words > 0; words-- {
		name = strings.ToUpper(strings.Join(tokens[:words], " "))
		if _, ok := commands[name]; ok || words == 1 {
			return name, tokens[words:]
		}
	}
	return "", nil
}
