package agi

import (
	"bytes"
	"slices"
	"strings"
)

// readReply reads the rest of the reply that line begins.
func (s *Stream) readReply(line []byte) (string, error) {
	for bytes.HasPrefix(line, []byte("1")) { // "100 result=0 Trying...": the answer follows
		var err error
		if line, err = s.readLine(); err != nil {
			return "", err
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
		_, err := s.readUsage(reply) // res_agi.c takes the 1 of an application for its own "wrong usage"
		return reply, err
	case strings.HasPrefix(reply, "200 result=1 (") && holdsValue(command.Line):
		return s.readValue(reply, command.Tail+")")
	}
	return reply, nil
}

// readUsage reads the explanation that ends with a line of its own.
func (s *Stream) readUsage(reply string) (string, error) {
	for {
		line, err := s.readLine()
		if err != nil {
			return "", err
		}
		reply += "\n" + string(line)
		switch {
		case bytes.HasPrefix(line, []byte("520 ")):
			return reply, nil
		case len(reply) > s.limit:
			return "", ErrTooLong
		}
	}
}

// readValue reads a value that may hold line breaks, until end. Asterisk writes
// a reply in one piece and nothing behind it but a HANGUP: what was read with
// the reply belongs to the value, though a line in it looks like its last.
func (s *Stream) readValue(reply, end string) (string, error) {
	for !strings.HasSuffix(reply, end) || end == ")" && s.somethingBehind() {
		line, err := s.readLine()
		if err != nil {
			return "", err
		}
		reply += "\n" + string(line)
		if len(reply) > s.limit {
			return "", ErrTooLong
		}
	}
	return reply, nil
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
