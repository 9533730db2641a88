package amitest

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Transcript is a recorded conversation; the package documentation has its
// format. It is only read by this package.
type Transcript struct {
	// Connections are the lines of each connection, in the order they were made.
	Connections [][]Line

	current int // of Connections, what the next line belongs to
}

// Line is one recorded line.
type Line struct {
	Number int    // in the transcript; the first is 1
	Client bool   // whether the client sent it
	Text   string // its bytes, ending included
}

// ReadTranscript reads a transcript to its end. An error names the line that
// is none of the format.
func ReadTranscript(r io.Reader) (*Transcript, error) {
	t := &Transcript{}
	lines := bufio.NewReader(r)
	for number := 1; ; number++ {
		text, err := lines.ReadString('\n')
		if text != "" {
			text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
			if err := t.add(number, text); err != nil {
				return nil, fmt.Errorf("amitest: transcript, line %d: %w", number, err)
			}
		}
		switch {
		case err == io.EOF:
			t.dropEmpty()
			return t, nil
		case err != nil:
			return nil, fmt.Errorf("amitest: transcript: %w", err)
		}
	}
}

func (t *Transcript) add(number int, text string) error {
	switch {
	case text == "":
		return nil
	case text == "# connected" || strings.HasPrefix(text, "# connected "):
		t.Connections = append(t.Connections, nil)
		t.current = len(t.Connections) - 1
		return nil
	case strings.HasPrefix(text, "# connection "):
		number, err := strconv.Atoi(strings.TrimPrefix(text, "# connection "))
		if err != nil || number < 1 || number > len(t.Connections) {
			return fmt.Errorf("%q is none of the %d connections so far", text, len(t.Connections))
		}
		t.current = number - 1
		return nil
	case text[0] == '#':
		return nil
	case text[0] != '>' && text[0] != '<':
		return fmt.Errorf("%q begins with neither >, < nor #", text)
	}
	line := Line{Number: number, Client: text[0] == '>'}
	switch rest := text[1:]; {
	case rest == "": // an editor took the blank away
		line.Text = "\r\n"
	case rest[0] == ' ':
		line.Text = rest[1:] + "\r\n"
	default:
		raw, err := strconv.Unquote(rest)
		if err != nil || rest[0] != '"' {
			return fmt.Errorf("%q is neither text behind a blank nor a quoted string", rest)
		}
		line.Text = raw
	}
	if len(t.Connections) == 0 {
		t.Connections = append(t.Connections, nil)
	}
	t.Connections[t.current] = append(t.Connections[t.current], line)
	return nil
}

// dropEmpty takes away connections without a line: nothing can be played for
// them.
func (t *Transcript) dropEmpty() {
	kept := t.Connections[:0]
	for _, lines := range t.Connections {
		if len(lines) > 0 {
			kept = append(kept, lines)
		}
	}
	t.Connections = kept
}
