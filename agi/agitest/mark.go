package agitest

import (
	"crypto/rand"
	"strings"
)

// MarkReply returns Asterisk's reply to the command by which a session makes
// sure how far it has read, and whether line is such a command. A session sends
// one after the environment, and after each value that may hold line breaks.
// All of agitest answers them, and shows them to nobody; a fake of another kind
// that does not answer GET FULL VARIABLE needs MarkReply.
func MarkReply(line string) (reply string, ok bool) {
	text, ok := strings.CutPrefix(line, `GET FULL VARIABLE "mark-`)
	if !ok {
		return "", false
	}
	text, ok = strings.CutSuffix(text, `"`)
	if !ok || len(text) != len(rand.Text()) || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return "", false
	}
	return "200 result=1 (mark-" + text + ")", true
}
