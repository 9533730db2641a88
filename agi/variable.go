package agi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Variable is a channel variable and its value, for [Session.SetVariables].
type Variable struct{ Name, Value string }

// GetVariable is the command itself: it returns the value of a variable, or of
// a function such as CALLERID(num), and whether it is set. The value may hold
// anything; to find its end costs a round trip more, over stdin and TCP.
// Asterisk cuts what a function returns at 1,023 bytes without a word:
// [Session.Variable] has all of it.
func (s *Session) GetVariable(ctx context.Context, name string) (value string, ok bool, err error) {
	return s.runValue(ctx, "", "GET VARIABLE", name)
}

// GetFullVariable evaluates an expression such as "${EXTEN}@${CONTEXT}" on the
// channel of that name, "" for the session's own, and returns what comes out,
// and whether there is such a channel. What is not set is empty. The value may
// hold anything, for a round trip more, as that of [Session.GetVariable]. Never
// put what a caller can choose into an expression.
func (s *Session) GetFullVariable(ctx context.Context, expression, channel string) (value string, ok bool, err error) {
	if channel == "" {
		return s.runValue(ctx, "", "GET FULL VARIABLE", expression)
	}
	return s.runValue(ctx, "", "GET FULL VARIABLE", expression, channel)
}

// SetVariable sets a channel variable, or what a function such as CALLERID(num)
// stands for. A name that begins with _ or __ is inherited by the channels that
// this one dials. Asterisk reports no error of a function.
func (s *Session) SetVariable(ctx context.Context, name, value string) error {
	return s.runTrue(ctx, "", "SET VARIABLE", name, value)
}

// SetVariables sets several, in their order, up to the first error.
func (s *Session) SetVariables(ctx context.Context, variables ...Variable) error {
	for _, v := range variables {
		if err := s.SetVariable(ctx, v.Name, v.Value); err != nil {
			return fmt.Errorf("%w (variable %s)", err, v.Name)
		}
	}
	return nil
}

// pieceSize fits into the 1,024 bytes at which AsyncAGI cuts a reply, with the
// tail and all else.
const pieceSize = 600

var errVariableName = errors.New("not the name of a variable, nor a function with its arguments")

// Variable returns the value of a variable, or of a function such as
// CALLERID(name), whatever it holds and however long it is, and whether it is
// set, as a function always is. It is the way to read what strangers choose.
// It is read in pieces of 600 bytes, each with a random end: a function is
// evaluated for each. More than 1 MiB is [ErrTooLong].
//
// Names that could evaluate something else, with $ or braces, are refused.
func (s *Session) Variable(ctx context.Context, name string) (value string, ok bool, err error) {
	if !validName(name) {
		return "", false, &sessionError{"GET FULL VARIABLE", ErrNotSent, errVariableName}
	}
	value, err = s.inPieces(ctx, name)
	if value != "" || err != nil {
		return value, err == nil, err
	}
	return s.GetVariable(ctx, name) // tells empty from not set
}

func (s *Session) inPieces(ctx context.Context, name string) (string, error) {
	tail := rand.Text()
	var value strings.Builder
	for {
		piece, _, err := s.runValue(ctx, tail, "GET FULL VARIABLE",
			"${"+name+":"+strconv.Itoa(value.Len())+":"+strconv.Itoa(pieceSize)+"}"+tail)
		if err != nil {
			return "", err
		}
		value.WriteString(piece)
		switch {
		case len(piece) > pieceSize, value.Len() > defaultLimit:
			return "", fmt.Errorf("%w (variable %s)", ErrTooLong, name)
		case len(piece) < pieceSize:
			return value.String(), nil
		}
	}
}

// validName reports whether a name means nothing but itself between "${" and a
// colon.
func validName(name string) bool {
	if strings.ContainsAny(name, "${}\n\x00") {
		return false
	}
	plain, arguments, function := strings.Cut(name, "(")
	if plain == "" || strings.ContainsAny(plain, ":)") {
		return false
	}
	return !function || closesAtEnd(arguments)
}

// closesAtEnd reports whether the parenthesis that was open in front of text is
// closed by its last byte.
func closesAtEnd(text string) bool {
	open := 1
	for i := range len(text) {
		switch text[i] {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			return i == len(text)-1
		}
	}
	return false
}
