package agipeer

import "strings"

// Known is what a peer has to know of a command.
type Known struct {
	Success string // what a reply says when all goes well, behind "result="
	Dead    bool   // runs on a channel that has hung up
	Fails   bool   // with the result -1 it makes AGISTATUS a FAILURE: 16 and 22
}

// Commands are those of Asterisk 16 and 22, by their names in capitals; never written after start.
var Commands = map[string]Known{
	"ANSWER":                    {Success: "0"},
	"ASYNCAGI BREAK":            {Success: "0", Dead: true},
	"CHANNEL STATUS":            {Success: "6"},
	"CONTROL STREAM FILE":       {Success: "0 endpos=8000", Fails: true},
	"DATABASE DEL":              {Success: "1", Dead: true},
	"DATABASE DELTREE":          {Success: "0", Dead: true},
	"DATABASE GET":              {Success: "1 ()", Dead: true},
	"DATABASE PUT":              {Success: "1", Dead: true},
	"EXEC":                      {Success: "0", Dead: true},
	"GET DATA":                  {Success: " (timeout)"},
	"GET FULL VARIABLE":         {Success: "1 ()", Dead: true},
	"GET OPTION":                {Success: "0 endpos=8000", Fails: true},
	"GET VARIABLE":              {Success: "1 ()", Dead: true},
	"GOSUB":                     {Success: "0 Gosub complete", Fails: true},
	"HANGUP":                    {Success: "1"},
	"NOOP":                      {Success: "0", Dead: true},
	"RECEIVE CHAR":              {Success: "0"},
	"RECEIVE TEXT":              {Success: "1 ()"},
	"RECORD FILE":               {Success: "0 (timeout) endpos=8000", Fails: true},
	"SAY ALPHA":                 {Success: "0"},
	"SAY DATE":                  {Success: "0"},
	"SAY DATETIME":              {Success: "0"},
	"SAY DIGITS":                {Success: "0"},
	"SAY NUMBER":                {Success: "0"},
	"SAY PHONETIC":              {Success: "0"},
	"SAY TIME":                  {Success: "0"},
	"SEND IMAGE":                {Success: "0"},
	"SEND TEXT":                 {Success: "0"},
	"SET AUTOHANGUP":            {Success: "0"},
	"SET CALLERID":              {Success: "1"},
	"SET CONTEXT":               {Success: "0"},
	"SET EXTENSION":             {Success: "0"},
	"SET MUSIC":                 {Success: "0"},
	"SET PRIORITY":              {Success: "0"},
	"SET VARIABLE":              {Success: "1", Dead: true},
	"SPEECH ACTIVATE GRAMMAR":   {Success: "1"},
	"SPEECH CREATE":             {Success: "1"},
	"SPEECH DEACTIVATE GRAMMAR": {Success: "1"},
	"SPEECH DESTROY":            {Success: "1", Dead: true},
	"SPEECH LOAD GRAMMAR":       {Success: "1"},
	"SPEECH RECOGNIZE":          {Success: "1 (timeout) endpos=0"},
	"SPEECH SET":                {Success: "1"},
	"SPEECH UNLOAD GRAMMAR":     {Success: "1", Dead: true},
	"STREAM FILE":               {Success: "0 endpos=8000", Fails: true},
	"TDD MODE":                  {Success: "1"},
	"VERBOSE":                   {Success: "1", Dead: true},
	"WAIT FOR DIGIT":            {Success: "0"},
}

// CutName divides tokens into the name of a command, in capitals, and its
// arguments. A command that Asterisk does not know has a name of one word.
func CutName(tokens []string) (name string, arguments []string) {
	for words := min(3, len(tokens)); words > 0; words-- {
		name = strings.ToUpper(strings.Join(tokens[:words], " "))
		if _, ok := Commands[name]; ok || words == 1 {
			return name, tokens[words:]
		}
	}
	return "", nil
}

// IsFailure reports whether a line ends the session with a failure.
func IsFailure(line string) bool {
	return len(line) >= len("failure") && strings.EqualFold(line[:len("failure")], "failure")
}
