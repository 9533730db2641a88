package stranger

import (
	"strconv"
	"strings"
)

// Message is a SIP request or response as plain text, which is taken as it comes.
type Message struct {
	Start   string   // the first line
	Headers []string // whole lines
	Body    string
}

// parse reads a datagram.
func parse(text string) Message {
	head, body, _ := strings.Cut(text, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	return Message{Start: lines[0], Headers: lines[1:], Body: body}
}

// String is the datagram, with a Content-Length.
func (m Message) String() string {
	var text strings.Builder
	text.WriteString(m.Start + "\r\n")
	for _, line := range m.Headers {
		text.WriteString(line + "\r\n")
	}
	text.WriteString("Content-Length: " + strconv.Itoa(len(m.Body)) + "\r\n\r\n" + m.Body)
	return text.String()
}

// Get returns the value of the first header of that name, whatever its case, and "" if there is none.
func (m Message) Get(name string) string {
	for _, line := range m.Headers {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// Method is that of a request, and "" for a response.
func (m Message) Method() string {
	method, _, _ := strings.Cut(m.Start, " ")
	if method == "SIP/2.0" {
		return ""
	}
	return method
}

// Status is the code of a response, and 0 for a request.
func (m Message) Status() int {
	_, rest, ok := strings.Cut(m.Start, "SIP/2.0 ")
	if !ok {
		return 0
	}
	code, _, _ := strings.Cut(rest, " ")
	status, _ := strconv.Atoi(code)
	return status
}

// copied returns the lines of m that an answer to it repeats.
func (m Message) copied(names ...string) []string {
	var lines []string
	for _, line := range m.Headers {
		key, _, _ := strings.Cut(line, ":")
		for _, name := range names {
			if strings.EqualFold(strings.TrimSpace(key), name) {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// within returns what stands between the first left and the right behind it.
func within(text, left, right string) string {
	_, text, ok := strings.Cut(text, left)
	if !ok {
		return ""
	}
	text, _, _ = strings.Cut(text, right)
	return text
}
