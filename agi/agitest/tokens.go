package agitest

import "github.com/asterisk-go/asterisk-go/internal/agipeer"

// Tokens takes a line apart as Asterisk does (parse_args in res_agi.c): blanks
// and tabs separate, quotes hold together and may stand in the middle of a
// word, a backslash takes the next character as it is.
func Tokens(line string) []string { return agipeer.Tokens(line) }
