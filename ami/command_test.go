package ami_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// answering is a Conn whose manager answers Command with a text, in which <id>
// stands for the ActionID.
func answering(t *testing.T, text string, sizes ...int) *ami.Conn {
	return scripted(t, func(p *amitest.Peer) {
		p.Handle("Command", func(p *amitest.Peer, a amitest.Action) {
			p.WriteChunks(strings.ReplaceAll(text, "<id>", a.ID()), sizes...)
		})
	})
}

// Response: Follows (≤14.2): the body is separated by LF, may contain blank
// lines and colons, and ends with --END COMMAND-- alone, glued to the last
// line, or with a leading space.
func TestResponseFollows(t *testing.T) {
	const head = "Response: Follows\r\nPrivilege: Command\r\nActionID: <id>\r\n"
	const end = "--END COMMAND--\r\n\r\n"
	for subject, test := range map[string]struct {
		body string
		want []string
	}{
		"alone on its line":          {"a\nb: c\n", []string{"a", "b: c"}},
		"glued to the last line":     {"a\nb", []string{"a", "b"}},
		"with a leading space":       {"No such command\n ", []string{"No such command"}},
		"with blank lines":           {"a\n\nb\n\n\nc\n", []string{"a", "", "b", "", "", "c"}},
		"with a blank line in front": {"\na\n", []string{"", "a"}},
		"with leading blanks":        {"  a\n\tb\n", []string{"  a", "\tb"}},
		"with CRLF lines":            {"a\r\n\r\nb\r\n", []string{"a", "", "b"}},
		"that looks like an event":   {"Event: Hangup\nActionID: 1\n\nEvent: x\n", []string{"Event: Hangup", "ActionID: 1", "", "Event: x"}},
		"empty":                      {"", nil},
	} {
		for _, sizes := range [][]int{{0}, {1}, {11}} {
			t.Run(subject, func(t *testing.T) {
				conn := answering(t, head+test.body+end, sizes...)
				for range 2 {
					lines, err := ami.Command(t.Context(), conn, "x")
					if err != nil || !slices.Equal(lines, test.want) {
						t.Fatalf("Command = %q, %v, want %q", lines, err, test.want)
					}
				}
				mustPing(t, conn)
				if got := conn.Stats().Orphans; got != 0 {
					t.Errorf("Orphans = %d, want 0", got)
				}
			})
		}
	}
}

// Command ≥14.3: n times Output; leading spaces are significant; empty output
// still yields one empty Output; error responses carry Output too.
func TestCommandOutput(t *testing.T) {
	const head = "\r\nActionID: <id>\r\nMessage: Command output follows\r\n"
	for text, want := range map[string][]string{
		"Response: Success" + head + "Output:   a\r\nOutput: b: c\r\nOutput: \r\n\r\n": {"  a", "b: c", ""},
		"Response: Success" + head + "Output: \r\n\r\n":                                {""},
		"Response: Success" + head + "Output:\r\n\r\n":                                 {""},
		"Response: Success" + head + "\r\n":                                            nil,
		"Response: Success" + head + "Output: a\rb\xff\r\nplain\r\n\r\n":               {"a\rb\xff"},
	} {
		lines, err := ami.Command(t.Context(), answering(t, text), "core show x")
		if err != nil || !slices.Equal(lines, want) {
			t.Errorf("Command = %q, %v, want %q", lines, err, want)
		}
	}
	lines, err := ami.Command(t.Context(), answering(t, "Response: Error"+head+"Output: No such command 'x'\r\n\r\n"), "x")
	var refusal *ami.Error
	if !errors.As(err, &refusal) || !slices.Equal(lines, []string{"No such command 'x'"}) {
		t.Errorf("Command = %q, %v, want the output and an *Error", lines, err)
	}
	if lines, err := ami.Command(t.Context(), answering(t, ""), ""); err == nil || lines != nil {
		t.Errorf("Command without a command = %q, %v, want an error", lines, err)
	}
}

// Very large outputs must not kill the session.
func TestVeryLargeOutput(t *testing.T) {
	line := "Output: " + strings.Repeat("x", 100) + "\r\n"
	const lines = 60_000
	conn := answering(t, "Response: Success\r\nActionID: <id>\r\n"+strings.Repeat(line, lines)+"\r\n")
	got, err := ami.Command(t.Context(), conn, "queue show")
	if err != nil || len(got) != lines {
		t.Errorf("Command = %d lines, %v, want %d", len(got), err, lines)
	}
	mustPing(t, conn)
}

// A Response: Follows in a value that Asterisk did not mean as one does not
// swallow what comes behind it.
func TestFollowsIsForCommandsOnly(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {
		a := p.Expect("Getvar")
		p.Write("Response: Success\r\nActionID: " + a.ID() + "\r\nValue: x\r\n\r\nResponse: Follows\r\nActionID: " + a.ID() + "\r\n\r\n")
	})
	mustDo(t, conn, "Getvar", "Variable", "EVIL")
	mustPing(t, conn)
}
