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
	case strings.HasPrefix(reply, "200 result=1 (") && holdsValue(command.Line):
		return s.readValue(reply, command.Tail+")")
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
		reply = append(append(reply, '\n'), line...)
		if bytes.HasPrefix(line, []byte("520 ")) {
			return string(reply), nil
		}
	}
	return "", ErrTooLong
}

// readValue reads a value that may hold line breaks, until end. Asterisk writes
// a reply in one piece and nothing behind it but a HANGUP: what was read with
// the reply belongs to the value, though a line in it looks like its last.
func (s *Stream) readValue(first, end string) (string, error) {
	if strings.HasSuffix(first, end) && !(end == ")" && s.somethingBehind()) {
		return first, nil // most often
	}
	for reply := []byte(first); len(reply) <= s.limit; {
		line, err := s.readLine()
		if err != nil {
			return "", err
		}
		reply = append(append(reply, '\n'), line...)
		if bytes.HasSuffix(line, []byte(end)) && !(end == ")" && s.somethingBehind()) {
			return string(reply), nil
		}
	}
	return "", ErrTooLong
}

func (s *Stream) somethingBehind() bool {
	behind, _ := s.r.Peek(s.r.Buffered()) // it reads nothing, and can't fail
	return len(behind) > 0 && string(behind) != "HANGUP\n"
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
