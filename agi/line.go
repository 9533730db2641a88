package agi

import (
	"errors"
	"fmt"
	"strings"
)

const maxArguments = 127 // MAX_ARGS in res_agi.c, without its last

// What is wrong with a command that is refused before anything is sent.
var (
	errNoCommand     = errors.New("no command")
	errCommandWords  = errors.New("its words may hold letters, digits and single blanks alone; everything else is an argument")
	errFailure       = errors.New("a command that begins with failure ends the session: return an error from the handler instead")
	errUnsendable    = errors.New("an argument holds a line feed or NUL, which AGI can't carry")
	errArgumentCount = fmt.Errorf("more than %d words and arguments", maxArguments)
)

// Quote returns an argument as AGI commands carry it: in quotes, with a
// backslash in front of quotes and backslashes.
func Quote(argument string) string { return string(appendQuoted(nil, argument)) }

func appendQuoted(line []byte, argument string) []byte {
	line = append(line, '"')
	for {
		i := strings.IndexAny(argument, `"\`)
		if i < 0 {
			break
		}
		line = append(line, argument[:i]...)
		line = append(line, '\\', argument[i])
		argument = argument[i+1:]
	}
	line = append(line, argument...)
	return append(line, '"')
}

// appendCommand appends the whole line, or says why Asterisk would not take it
// as it is meant.
func appendCommand(line []byte, command string, arguments []string, longest int) ([]byte, error) {
	words, err := checkWords(command)
	if err != nil {
		return line, err
	}
	if words+len(arguments) > maxArguments {
		return line, errArgumentCount
	}
	line = append(line, command...)
	for _, argument := range arguments {
		if strings.ContainsAny(argument, "\n\x00") {
			return line, errUnsendable
		}
		line = append(line, ' ')
		line = appendQuoted(line, argument)
	}
	if len(line) > longest {
		return line, fmt.Errorf("the line has %d bytes, %d are the most that this Asterisk reads as one", len(line), longest)
	}
	return line, nil
}

// checkWords counts the words of a command's name.
func checkWords(command string) (words int, err error) {
	if command == "" {
		return 0, errNoCommand
	}
	words = 1
	for i := range len(command) {
		switch c := command[i]; {
		case c == ' ' && i > 0 && i+1 < len(command) && command[i-1] != ' ':
			words++
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_':
		default:
			return 0, errCommandWords
		}
	}
	if len(command) >= len(failure) && strings.EqualFold(command[:len(failure)], failure) {
		return 0, errFailure
	}
	return words, nil
}

const failure = "failure" // a line that begins so ends a session, with AGISTATUS=FAILURE
