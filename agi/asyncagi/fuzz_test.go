package asyncagi

import (
	"net/url"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
)

// FuzzReply cuts a text as Asterisk does, and puts it together again.
func FuzzReply(f *testing.F) {
	f.Add("200 result=1 (größe 100%)", 2)
	f.Add("200 result=0", 1024)
	f.Add("200 result=1 ("+strings.Repeat("x", 3000)+")", 0)
	f.Add("520-Invalid command syntax.\nUsage\n520 End of proper usage.", 0)
	f.Fuzz(func(t *testing.T, text string, padding int) {
		text += strings.Repeat("x", max(0, min(padding, 5000))) + "\n"
		pipe := text
		var r reply
		for more := true; more; {
			if r.pieces > 0 {
				pipe += noopReply
			}
			n := min(pieceSize, len(pipe))
			encoded := strings.ReplaceAll(url.QueryEscape(pipe[:n]), "+", "%20")
			pipe = pipe[n:]
			var err error
			if more, err = r.add(encoded); err != nil {
				return // too much for one event
			}
		}
		if got, err := r.whole(); err != nil || got != text {
			t.Errorf("whole() = %q, %v, want %q", got, err, text)
		}
	})
}

// FuzzResult takes anything from the wire.
func FuzzResult(f *testing.F) {
	f.Add("200%20result%3D0%0A", "")
	f.Add("100%20result%3D0%20Trying...%0A200%20result%3D0%0A", "%")
	f.Add(strings.Repeat("x", pieceSize), "%0A200%20result%3D0%0A")
	f.Add("200%20result%3D1%0A520-x%0A520%20End%0A", "1")
	f.Fuzz(func(t *testing.T, first, second string) {
		var r reply
		more, err := r.add(first)
		if err == nil && more {
			_, err = r.add(second)
		}
		if err != nil {
			return
		}
		if text, err := r.answer(); err == nil && (agi.ParseReply(text).Code == 0 || strings.HasSuffix(text, "\n")) {
			t.Errorf("answer() = %q", text)
		}
		if text, err := r.environment(); err == nil && !strings.HasSuffix(text, "\n\n") {
			t.Errorf("environment() = %q", text)
		}
	})
}
