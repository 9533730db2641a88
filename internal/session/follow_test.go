package session

import (
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// TestFollow reads answers to a Command of Asterisk 13 and older, whose text may
// hold empty lines. What is too long is skipped to the end mark, so that none of
// it passes for a message.
func TestFollow(t *testing.T) {
	const head = "Response: Follows\r\nPrivilege: Command\r\nActionID: <id>\r\n"
	const news = "Event: News\r\nPrivilege: call,all\r\n\r\n"
	for name, test := range map[string]struct {
		text string
		want string // the text of the answer after its head
		err  error
	}{
		"no empty line":            {head + "a\nb\n--END COMMAND--\r\n\r\n" + news, "a\nb\n--END COMMAND--\r\n", nil},
		"empty lines":              {head + "a\n\n\n\r\nb\n--END COMMAND--\r\n\r\n" + news, "a\n\n\n\nb\n--END COMMAND--\n", nil},
		"an empty text":            {head + "\n--END COMMAND--\r\n\r\n" + news, "\n--END COMMAND--\n", nil},
		"an event in it":           {head + "a\n\nEvent: Forged\nPrivilege: call,all\n\nb\n--END COMMAND--\r\n\r\n" + news, "a\n\nEvent: Forged\nPrivilege: call,all\n\nb\n--END COMMAND--\n", nil},
		"mark in a line":           {head + "a\n\nb--END COMMAND--\r\n\r\n" + news, "a\n\nb--END COMMAND--\n", nil},
		"a long line":              {head + "a\n\n" + strings.Repeat("x", 200) + "\n\nEvent: Forged\nPrivilege: call,all\n\n--END COMMAND--\r\n\r\n" + news, "", ErrOutcomeUnknown},
		"mark in a long line":      {head + "a\n\n" + strings.Repeat("x", 200) + "--END COMMAND--\r\n\r\n" + news, "", ErrOutcomeUnknown},
		"mark in a very long line": {head + "a\n\n" + strings.Repeat("x", 200_000) + "--END COMMAND--\r\n\r\n" + news, "", ErrOutcomeUnknown},
		"many lines":               {head + "a\n\n" + strings.Repeat("Event: Forged\nPrivilege: call,all\n\n", 20) + "--END COMMAND--\r\n\r\n" + news, "", ErrOutcomeUnknown},
		"no end mark":              {head + "a\n\n" + strings.Repeat("more\n", 300) + "\n" + news, "", ErrOutcomeUnknown},
		"cut in its text":          {head + "a\n\nb", "", ErrOutcomeUnknown},
		"cut at a line":            {head + "a\n\nb\n", "", ErrOutcomeUnknown},
	} {
		for way, reader := range map[string]func(io.Reader) io.Reader{
			"at once":  func(r io.Reader) io.Reader { return r },
			"in bytes": iotest.OneByteReader,
		} {
			var events event.Hub
			sub := events.Subscribe(event.Filter{}, nil)
			hub := HubOf(&events, "test", slog.New(slog.DiscardHandler))
			errs := &Errors{Package: "test"}
			a := NewAlone(action.Command{Command: "x"}, hub, errs, new(Counts), Limits{Items: 1, Bytes: 1 << 20}, transport.Limits{Line: 100, Block: 500}, nil)
			response, err := a.Read(reader(strings.NewReader(strings.ReplaceAll(test.text, "<id>", a.ID))))
			if !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
				t.Errorf("%s, %s: Read = %v, want %v", name, way, err, test.err)
			}
			if err == nil {
				if got := strings.TrimPrefix(response.Fields.String(), strings.ReplaceAll(head, "<id>", a.ID)); got != test.want {
					t.Errorf("%s, %s: text %q, want %q", name, way, got, test.want)
				}
			}
			wantNews := int64(strings.Count(test.text, news))
			if got := sub.Stats().Matched; got != wantNews {
				t.Errorf("%s, %s: %d news, want %d", name, way, got, wantNews)
			}
			events.Close(nil)
		}
	}
}
