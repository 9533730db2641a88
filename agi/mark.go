package agi

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
)

// mark is a random text that Asterisk is asked to repeat. Asterisk writes its
// answer after all it has written before, and nobody who wrote into that can
// have known the text: so the line that has it is an answer, and where it
// stands is the end of what came before.
type mark string

const (
	markCommand = `GET FULL VARIABLE "` // runs on a dead channel, too, and evaluates nothing
	markPrefix  = "mark-"               // by it the fakes of agitest know one
	replyBefore = "200 result=1 ("
	replyAfter  = ")"
	hangupLine  = "HANGUP"
)

var (
	errEnvTimeout = fmt.Errorf("it has not come whole for %v, or Asterisk has not answered the first command (was anything written to stdout before?)", envTimeout)
	errUnmarked   = errors.New("no answer to the first command")
	errUnasked    = errors.New("an answer to something else than the first command (was anything written before it?)")
	errNoEnv      = errors.New("the first line is not Asterisk's")
	errStrayEnv   = errors.New("agi: a line of the environment where a reply is due: a value in it holds a line break")
	errCutValue   = errors.New("agi: a value without its end: Asterisk could not write all of it")
)

func newMark() mark { return mark(markPrefix + rand.Text()) }

// send asks for the mark.
func (s *Stream) send(m mark) error {
	_, err := s.w.Write([]byte(markCommand + string(m) + "\"\n")) // not in s.line, which is that of another goroutine
	return err
}

// answeredBy reports whether a whole line is the answer, and whether a notice
// of the hangup is glued to its front.
func (m mark) answeredBy(line []byte) (ok, hungUp bool) {
	for {
		rest, glued := cutHangup(line)
		if !glued {
			break
		}
		line, hungUp = rest, true
	}
	ok = len(line) == len(replyBefore)+len(m)+len(replyAfter) && string(line[:len(replyBefore)]) == replyBefore &&
		string(line[len(replyBefore):len(line)-len(replyAfter)]) == string(m) && line[len(line)-1] == ')'
	return ok, ok && hungUp
}

// readMarkedEnv reads on to the answer to a mark, after the lines up to the
// first empty one, which a value may hold. The last empty line is the end of
// the environment: Asterisk writes it when it has written all values. What
// stands between it and the answer is Asterisk's own, and can only be the
// notice of a hangup.
func (s *Stream) readMarkedEnv(text string) (string, error) {
	m := newMark()
	if err := s.send(m); err != nil {
		return "", err
	}
	s.limit = maxEnv
	defer func() { s.limit = defaultLimit }()
	var more []byte // behind the first empty line
	for lines := strings.Count(text, "\n"); ; lines++ {
		line, err := s.readLine()
		if err != nil {
			return "", unmarked(err, more)
		}
		if ok, hungUp := m.answeredBy(line); ok {
			s.hungUp = hungUp
			break
		}
		more = append(append(more, line...), '\n')
		if len(text)+len(more) > maxEnv || lines >= maxEnvLines {
			return "", ErrTooLong
		}
	}
	if len(more) == 0 {
		return text, nil // most often
	}
	env, behind := cutLastEmptyLine(text + "\n" + string(more))
	for line := range strings.Lines(behind) {
		if !isHangup(line) {
			return "", fmt.Errorf("%w: %.80q", errUnasked, strings.TrimSuffix(line, "\n"))
		}
		s.hungUp = true
	}
	return env, nil
}

// isHangup reports whether a line is a notice of the hangup, or several.
func isHangup(line string) bool {
	line = strings.TrimSuffix(line, "\n")
	return line != "" && strings.ReplaceAll(line, hangupLine, "") == ""
}

// cutLastEmptyLine returns the lines before the last empty one, of which there
// is one at least, and those behind it.
func cutLastEmptyLine(text string) (before, behind string) {
	i := strings.LastIndex(text, "\n\n")
	return text[:i+1], text[i+2:]
}

// unmarked says what came last, if it looks like another answer.
func unmarked(err error, more []byte) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	lines := bytes.Split(bytes.TrimSuffix(more, lineFeed), lineFeed)
	if last := lines[len(lines)-1]; beginsReply(last) {
		return fmt.Errorf("%w, but %.80q (was anything written before it?): %w", errUnmarked, last, err)
	}
	return fmt.Errorf("%w: %w", errUnmarked, err)
}
