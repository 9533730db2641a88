package agi

import "strings"

// whenAlive are the commands that Asterisk does not run on a dead channel (the
// table in res_agi.c). What is not among them, Asterisk decides.
var whenAlive = []string{
	"ANSWER", "CHANNEL STATUS", "CONTROL STREAM FILE", "GET DATA", "GET OPTION", "GOSUB", "HANGUP", "RECEIVE CHAR", "RECEIVE TEXT",
	"RECORD FILE", "SAY ALPHA", "SAY DATE", "SAY DATETIME", "SAY DIGITS", "SAY NUMBER", "SAY PHONETIC",
	"SAY TIME", "SEND IMAGE", "SEND TEXT", "SET AUTOHANGUP", "SET CALLERID", "SET CONTEXT", "SET EXTENSION",
	"SET MUSIC", "SET PRIORITY", "SPEECH ACTIVATE GRAMMAR", "SPEECH CREATE", "SPEECH DEACTIVATE GRAMMAR",
	"SPEECH LOAD GRAMMAR", "SPEECH RECOGNIZE", "SPEECH SET", "STREAM FILE", "TDD MODE", "WAIT FOR DIGIT",
}

// runsWhenDead reports whether it makes sense to send a command to a dead
// channel.
func runsWhenDead(command string) bool {
	for _, name := range whenAlive {
		if strings.EqualFold(name, command) {
			return false
		}
	}
	return true
}
