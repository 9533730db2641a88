package agi_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// That the tokeniser is Asterisk's own, the live tests show.
func TestTokeniser(t *testing.T) {
	for line, want := range map[string][]string{
		`SET VARIABLE A "b c"`: {"SET", "VARIABLE", "A", "b c"},
		`a"b c"d`:              {"ab cd"},
		`"" x ""`:              {"", "x", ""},
		`ab\ncd`:               {"abncd"},
		`a\ b "\"\\"`:          {"a b", `"\`},
		"\ta  \t b":            {"a", "b"},
		`"open to the end `:    {"open to the end "},
	} {
		if got := agitest.Tokens(line); !slices.Equal(got, want) {
			t.Errorf("Tokens(%q) = %q, want %q", line, got, want)
		}
	}
}

// words are what a dialplan holds.
var words = []string{
	"", " ", "  two  blanks ", "\t", `"`, `""`, `"quoted"`, `\`, `\\`, `ends with \`, `\"`, `a\nb`, "a,b,c", "(a)", "${EXTEN}", "$[1+1]",
	"Zoë Ünïcødé 電話 ☎", "\xff\xfe no UTF-8", "a;b|c&d'e`f", "failure", "HANGUP", "200 result=1 (x)", "\r", "x\ry", "%s%n", "\x01\x1b[0m",
	strings.Repeat("é", 990), strings.Repeat(`"`, 900),
}

func TestQuote(t *testing.T) {
	for _, word := range words {
		if got := agitest.Tokens(agi.Quote(word)); len(got) != 1 || got[0] != word {
			t.Errorf("Tokens(Quote(%q)) = %q", word, got)
		}
	}
}

// FuzzQuote sends arguments through a session, and takes the line apart as
// Asterisk does.
func FuzzQuote(f *testing.F) {
	for _, word := range words {
		f.Add(word, "second")
		f.Add("first", word)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		line, err := sent(t, "SET VARIABLE", first, second)
		if strings.ContainsAny(first+second, "\n\x00") || len(first)+len(second) > 8190 {
			if !errors.Is(err, agi.ErrInvalid) || line != "" {
				t.Fatalf("sent %q, %v", line, err)
			}
			return
		}
		if err != nil && len(agi.Quote(first)+agi.Quote(second)) < 8170 {
			t.Fatal(err)
		}
		if want := []string{"SET", "VARIABLE", first, second}; err == nil && !slices.Equal(agitest.Tokens(line), want) {
			t.Fatalf("line %q means %q, want %q", line, agitest.Tokens(line), want)
		}
	})
}

// recorder is a Conn that keeps lines and answers them all with success.
type recorder struct {
	to    agi.Receiver
	reply string
	lines []string
}

func (r *recorder) Start(to agi.Receiver) { r.to = to }

func (r *recorder) Send(_ context.Context, c agi.Command) error {
	r.lines = append(r.lines, c.Line)
	r.to.Reply(r.reply)
	return nil
}

// sent returns the line that a command becomes, "" if there is none.
func sent(t *testing.T, command string, arguments ...string) (string, error) {
	conn := &recorder{reply: "200 result=1"}
	err := agi.Serve(t.Context(), conn, agi.Env{Version: "22.10.1"}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		_, err := s.Do(ctx, command, arguments...)
		return err
	}), nil)
	return strings.Join(conn.lines, "\n"), err
}

func TestRefusedBeforeAByteIsSent(t *testing.T) {
	for name, c := range map[string]struct {
		command   string
		arguments []string
	}{
		"line feed":          {"NOOP", []string{"a\nHANGUP"}},
		"NUL":                {"NOOP", []string{"a\x00"}},
		"too long":           {"NOOP", []string{strings.Repeat("x", 8190)}},
		"too many":           {"NOOP", make([]string, 127)},
		"failure":            {"failure", nil},
		"Failure glued":      {"FailureX", nil},
		"no command":         {"", nil},
		"argument in words":  {`NOOP "x"`, nil},
		"line feed in words": {"NOOP\nHANGUP", nil},
		"leading blank":      {" NOOP", nil},
		"two blanks":         {"SET  VARIABLE", nil},
	} {
		if line, err := sent(t, c.command, c.arguments...); line != "" || !errors.Is(err, agi.ErrInvalid) || errors.Is(err, agi.ErrNotSent) {
			t.Errorf("%s: sent %.60q, %v", name, line, err)
		}
	}
	if line, err := sent(t, "NOOP", make([]string, 126)...); err != nil || len(agitest.Tokens(line)) != 127 {
		t.Errorf("127 words: %v", err)
	}
}

// Asterisk before 20.16, 21.11 and 22.6 reads shorter lines.
func TestLineLimitOfTheVersion(t *testing.T) {
	for version, longest := range map[string]int{
		"22.10.1": 8190, "22.6.0": 8190, "22.5.2": 2046, "21.11.0": 8190, "20.16.0": 8190, "20.15.9": 2046, "23.0.0": 8190, "16.28.0~dfsg": 2046,
		"certified/20.7-cert5": 2046, "": 2046, "GIT-master": 2046,
	} {
		for _, over := range []int{0, 1} {
			conn := &recorder{reply: "200 result=0"}
			err := agi.Serve(t.Context(), conn, agi.Env{Version: version}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
				return s.NoOp(ctx, strings.Repeat("x", longest+over-len(`NOOP ""`)))
			}), nil)
			if refused := errors.Is(err, agi.ErrInvalid); refused != (over == 1) {
				t.Errorf("version %q, %d bytes: %v", version, longest+over, err)
			}
		}
	}
}

// FuzzParseEnv has nothing to refuse, only nothing to break.
func FuzzParseEnv(f *testing.F) {
	f.Add("agi_network: yes\nagi_network_script: ivr/de?x=%zz&y=1\nagi_request: agi://h/ivr\nagi_arg_1: a\nagi_arg_2: \n")
	f.Add("agi_callerid: unknown\nagi_callingpres: x\nogi_x: 1\n: \nno colon\nagi_arg_2: b\nagi_arg_999999999999999999999: c\n")
	f.Fuzz(func(t *testing.T, text string) {
		env := agi.ParseEnv(text)
		_, _ = env.Path(), env.Query()
		if len(env.Arguments) > strings.Count(text, "agi_arg_") {
			t.Errorf("%d arguments of %q", len(env.Arguments), text)
		}
	})
}

// FuzzReadEnv feeds an environment to a stream: it comes to an end, and what is
// within the limits is not refused.
func FuzzReadEnv(f *testing.F) {
	f.Add("agi_request: x\nagi_version: 22\n\n")
	f.Add("\n\nagi_request: x\r\n\r\n")
	f.Add(strings.Repeat("x", 9000) + "\n\n")
	f.Add(strings.Repeat("a: b\n", 600) + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := agi.NewStream(strings.NewReader(text), nil).ReadTrustedEnv()
		body := strings.TrimLeft(text, "\n")
		if end := strings.Index(body, "\n\n"); end >= 0 && end < 60<<10 && strings.Count(body[:end], "\n") < 500 && strings.HasPrefix(body, "agi_") && err != nil {
			t.Errorf("ReadEnv(%.100q) = %v", text, err)
		}
	})
}

// FuzzParseReply compares a reply with its text.
func FuzzParseReply(f *testing.F) {
	for _, c := range commandCases {
		f.Add(c.reply)
	}
	f.Add("520-Invalid\nusage\n520 End of proper usage.")
	f.Add("100 result=0\n100 result=0\n200 result=x (a")
	f.Fuzz(func(t *testing.T, text string) {
		r := agi.ParseReply(text)
		if r.String() != text {
			t.Errorf("String() = %q, want %q", r.String(), text)
		}
		if !strings.Contains(text, r.Result) || !strings.Contains(text, r.Data) || !strings.Contains(text, r.Rest()) {
			t.Errorf("%q: %+v", text, r)
		}
		for _, name := range []string{"endpos", "results", "text0", ""} {
			_, _ = r.Param(name)
		}
		_ = (&agi.Error{Command: "X", Reply: r}).Error()
	})
}

// FuzzStream lets Asterisk write anything while commands run: each gets a reply
// or the session ends, and nothing waits for ever.
func FuzzStream(f *testing.F) {
	for _, c := range commandCases {
		f.Add(c.reply + "\n200 result=0\n")
	}
	f.Add("HANGUP200 result=0\nHANGUP\n\n511 x\n")
	f.Add("520-x\nusage\n520 End\n200 result=1 (a\n)b)\n")
	f.Fuzz(func(t *testing.T, text string) {
		asterisk := &teller{text: text, asked: make(chan struct{}, 64)}
		stream := agi.NewStream(asterisk, asterisk)
		_ = agi.Serve(t.Context(), stream, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			value, _, err := s.GetVariable(ctx, "A")
			if err == nil && utf8.ValidString(text) && !strings.Contains(text, value) {
				t.Errorf("value %q of %q", value, text)
			}
			return err
		}), nil)
		stream.Wait()
	})
}

// teller is a peer that answers the first command with text, and then what
// makes sure of its end. When it has nothing more to say, the stream ends.
type teller struct {
	text  string
	told  bool
	asked chan struct{} // gets a token for each command

	mu    sync.Mutex // guards reply
	reply string
}

func (p *teller) Write(line []byte) (int, error) {
	if reply, ok := agitest.MarkReply(strings.TrimSuffix(string(line), "\n")); ok {
		p.mu.Lock()
		p.reply = reply + "\n"
		p.mu.Unlock()
	}
	p.asked <- struct{}{}
	return len(line), nil
}

func (p *teller) Read(buf []byte) (int, error) {
	if !p.told {
		<-p.asked
		p.told = true
	}
	p.mu.Lock()
	if p.text == "" {
		p.text, p.reply = p.reply, ""
	}
	p.mu.Unlock()
	if p.text == "" {
		return 0, io.EOF
	}
	n := copy(buf, p.text)
	p.text = p.text[n:]
	return n, nil
}
