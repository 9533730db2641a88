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

// GetVariable returns the value of a channel variable, or of a function such as
// CALLERID(num), and whether it is set ([GET VARIABLE]). The value may hold
// anything; to find its end takes one more round trip over stdin and TCP.
// Asterisk cuts the value of a function at 1,023 bytes and does not tell:
// [Session.Variable] reads all of it.
//
// [GET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_variable/
func (s *Session) GetVariable(ctx context.Context, name string) (value string, ok bool, err error) {
	return s.runValue(ctx, "", "GET VARIABLE", name)
}

// GetFullVariable evaluates an expression such as "${EXTEN}@${CONTEXT}" on the
// channel of that name, "" for the session's own ([GET FULL VARIABLE]). It
// returns the result, and whether there is such a channel. Variables that are
// not set are empty. The value may hold anything, as with
// [Session.GetVariable]. Never put text of a caller into an expression.
//
// [GET FULL VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_full_variable/
func (s *Session) GetFullVariable(ctx context.Context, expression, channel string) (value string, ok bool, err error) {
	if channel == "" {
		return s.runValue(ctx, "", "GET FULL VARIABLE", expression)
	}
	return s.runValue(ctx, "", "GET FULL VARIABLE", expression, channel)
}

// SetVariable sets a channel variable, or what a function such as CALLERID(num)
// stands for ([SET VARIABLE]). A variable whose name begins with _ or __ is
// inherited by the channels that this one dials. Asterisk does not report the
// error of a function.
//
// [SET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_variable/
func (s *Session) SetVariable(ctx context.Context, name, value string) error {
	return s.runTrue(ctx, "", "SET VARIABLE", name, value)
}

// SetVariables sets several variables, in their order, up to the first error.
// It sends [SET VARIABLE] for each.
//
// [SET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_variable/
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
// set; a function always is. It is the way to read what strangers choose. The
// value is read in pieces of 600 bytes, each with a random end, by one [GET
// FULL VARIABLE] for each; a function is evaluated for each piece. An empty
// value costs one [GET VARIABLE] more. More than 1 MiB is [ErrTooLong].
//
// A name that could evaluate something else, with $ or braces, is [ErrInvalid].
//
// [GET FULL VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_full_variable/
// [GET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_variable/
func (s *Session) Variable(ctx context.Context, name string) (value string, ok bool, err error) {
	if !validName(name) {
		return "", false, &sessionError{"GET FULL VARIABLE", ErrInvalid, errVariableName}
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
