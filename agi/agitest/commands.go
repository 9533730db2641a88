package agitest

import "strings"

// known is what a call has to know of a command.
type known struct {
	success string // what a reply says when all goes well, behind "result="
	dead    bool   // runs on a channel that has hung up
}

// commands are those of Asterisk 16 and 22.
var commands = map[string]known{
	"ANSWER":                    {success: "0"},
	"ASYNCAGI BREAK":            {"0", true},
	"CHANNEL STATUS":            {success: "6"},
	"CONTROL STREAM FILE":       {success: "0 endpos=8000"},
	"DATABASE DEL":              {"1", true},
	"DATABASE DELTREE":          {"0", true},
	"DATABASE GET":              {"1 ()", true},
	"DATABASE PUT":              {"1", true},
	"EXEC":                      {"0", true},
	"GET DATA":                  {success: " (timeout)"},
	"GET FULL VARIABLE":         {"1 ()", true},
	"GET OPTION":                {success: "0 endpos=8000"},
	"GET VARIABLE":              {"1 ()", true},
	"GOSUB":                     {success: "0 Gosub complete"},
	"HANGUP":                    {success: "1"},
	"NOOP":                      {"0", true},
	"RECEIVE CHAR":              {success: "0"},
	"RECEIVE TEXT":              {success: "1 ()"},
	"RECORD FILE":               {success: "0 (timeout) endpos=8000"},
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
	"SET VARIABLE":              {"1", true},
	"SPEECH ACTIVATE GRAMMAR":   {success: "1"},
	"SPEECH CREATE":             {success: "1"},
	"SPEECH DEACTIVATE GRAMMAR": {success: "1"},
	"SPEECH DESTROY":            {"1", true},
	"SPEECH LOAD GRAMMAR":       {success: "1"},
	"SPEECH RECOGNIZE":          {success: "1 (timeout) endpos=0"},
	"SPEECH SET":                {success: "1"},
	"SPEECH UNLOAD GRAMMAR":     {"1", true},
	"STREAM FILE":               {success: "0 endpos=8000"},
	"TDD MODE":                  {success: "1"},
	"VERBOSE":                   {"1", true},
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
