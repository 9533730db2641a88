package agi

import (
	"bytes"
	"slices"
	"strings"
)

// readReply reads the rest of the reply that line begins.
func (s *Stream) readReply(line []byte) (string, error) {
	for bytes.HasPrefix(line, []byte("1")) { // "100 result=0 Trying...": the answer follows
		for ok := false; !ok; {
			next, err := s.readLine()
			if err != nil {
				return "", err
			}
			line, ok = s.afterHangups(next)
		}
	}
	reply := string(line)
	s.mu.Lock()
	command := s.command
	s.mu.Unlock()
	switch {
	case strings.HasPrefix(reply, "520-"):
		return s.readUsage(reply)
	case reply == "200 result=1" && isCommand(command.Line, "EXEC"):
		_, err := s.readUsage("") // res_agi.c takes the 1 of an application for its own "wrong usage"
		return reply, err
	case strings.HasPrefix(reply, replyBefore) && holdsValue(command.Line):
		if command.Tail == "" {
			return s.readMarkedValue(reply)
		}
		return s.readValue(reply, command.Tail+replyAfter)
	}
	return reply, nil
}

// readUsage reads the explanation that ends with a line of its own.
func (s *Stream) readUsage(first string) (string, error) {
	for reply := []byte(first); len(reply) <= s.limit; {
		line, err := s.readLine()
		if err != nil {
			return "", err
		}
		if string(line) == hangupLine {
			s.to.Hangup() // no usage has such a line
			continue
		}
		reply = append(append(reply, '\n'), line...)
		if bytes.HasPrefix(line, []byte("520 ")) {
			return string(reply), nil
		}
	}
	return "", ErrTooLong
}

// readValue reads a value that may hold line breaks, until its end, which
// nobody who wrote the value can have known.
func (s *Stream) readValue(first, end string) (string, error) {
	if strings.HasSuffix(first, end) {
		return first, nil // most often
	}
	for reply := []byte(first); len(reply) <= s.limit; {
		line, err := s.readLine()
		if err != nil {
			return "", err
		}
		s.suspect(line)
		reply = append(append(reply, '\n'), line...)
		if bytes.HasSuffix(line, []byte(end)) {
			return string(reply), nil
		}
	}
	return "", ErrTooLong
}

// readMarkedValue reads a value that has no end of its own: a line in it may
// look like its last, and over a network what comes at once need not be all. So
// it asks for a mark, now that Asterisk has run the command, and all before the
// answer is the value. Notices of the hangup may stand between the two: the
// value ends with a parenthesis, so they can be told from lines of it.
func (s *Stream) readMarkedValue(first string) (string, error) {
	m := newMark()
	if err := s.send(m); err != nil {
		return "", err
	}
	var more []byte
	hungUp := false
	for len(first)+len(more) <= s.limit {
		line, err := s.readLine()
		if err != nil {
			return "", err
		}
		var ok bool
		if ok, hungUp = m.answeredBy(line); !ok {
			s.suspect(line)
			more = append(append(more, '\n'), line...)
			continue
		}
		for notice := []byte("\n" + hangupLine); bytes.HasSuffix(more, notice); hungUp = true {
			more = more[:len(more)-len(notice)]
		}
		if hungUp {
			s.to.Hangup()
		}
		if len(more) > 0 {
			first += string(more)
		}
		if !strings.HasSuffix(first, replyAfter) {
			return "", errCutValue
		}
		return first, nil
	}
	return "", ErrTooLong
}

// suspect has the session wait no longer than after a hangup, if a line in a
// value looks like the notice of one.
func (s *Stream) suspect(line []byte) {
	if string(line) != hangupLine {
		return
	}
	if to, ok := s.to.(interface{ suspectHangup() }); ok {
		to.suspectHangup()
	}
}

// holdsValue tells the commands whose data is a text that others may have
// chosen.
func holdsValue(line string) bool {
	return slices.ContainsFunc([]string{"GET VARIABLE", "GET FULL VARIABLE", "DATABASE GET", "RECEIVE TEXT"},
		func(command string) bool { return isCommand(line, command) })
}

func isCommand(line, command string) bool {
	n := len(command)
	return len(line) >= n && strings.EqualFold(line[:n], command) && (len(line) == n || line[n] == ' ')
}
