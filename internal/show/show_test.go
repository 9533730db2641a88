package show_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

func TestText(t *testing.T) {
	long := strings.Repeat("\u00e9", 200) // 400 bytes
	for text, want := range map[string]string{
		"":                              "",
		"No such channel":               "No such channel",
		`a "b" \ 'c' é`:                 `a "b" \ 'c' é`,
		"a\x1b[31mb\r\nc\x00\x7f":       `a\x1b[31mb\r\nc\x00\x7f`,
		"\xff\xfe":                      `\xff\xfe`,
		"a\u202eb":                      `a\u202eb`,
		long:                            strings.Repeat("\u00e9", 128) + "... (400 bytes)",
		strings.Repeat("x", 256):        strings.Repeat("x", 256),
		strings.Repeat("\n", 512<<10):   strings.Repeat(`\n`, 128) + "... (524288 bytes)",
		strings.Repeat("x", 257) + "\n": strings.Repeat("x", 256) + "... (258 bytes)",
	} {
		if got := show.Text(text); got != want {
			t.Errorf("Text(%.40q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("No such channel")
	f.Add("\x1b\xff\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		got := show.Text(text)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n\x00\x1b") || len(got) > show.Longest+40 {
			t.Errorf("Text(%q) = %q", text, got)
		}
	})
}

// The text of an error within others says its package once.
func TestError(t *testing.T) {
	cause := fmt.Errorf("ami: login to pbx: ami: Login: %w\n", io.EOF)
	err := show.Error("ami", fmt.Errorf("not connected: %w", cause))
	if want := `ami: not connected: login to pbx: Login: EOF\n`; err.Error() != want || !errors.Is(err, io.EOF) {
		t.Errorf("Error = %q, want %q that is io.EOF", err, want)
	}
	if got := show.Error("ami", show.Error("ami", io.EOF)).Error(); got != "ami: EOF" {
		t.Errorf("an error twice = %q", got)
	}
	long := show.Error("ami", show.Advice(errors.New(strings.Repeat("name ", 100_000)), "do this"))
	if text := long.Error(); len(text) > 400 || !strings.HasSuffix(text, "(do this)") {
		t.Errorf("a long error = %q", text)
	}
}

func TestNamesSecret(t *testing.T) {
	for name, want := range map[string]bool{
		"Secret": true, "password": true, "NewPassword": true, "md5_secret": true, "Md5Cred": true, "md5_cred": true, "PasswordDigest": true,
		"OauthSecret": true, "RefreshToken": true, " Passwd ": true, "UsingPassword": false, "Key": false, "Secretary": false, "": false,
	} {
		if got := show.NamesSecret(name); got != want {
			t.Errorf("NamesSecret(%q) = %v", name, got)
		}
	}
	if show.Secret("") != "" || show.Secret("x") != show.Hidden || show.Value("a", "x") != "x" || show.Value("secret", "x") != show.Hidden {
		t.Error("Secret and Value hide what they should not, or not what they should")
	}
}

// Inner and Outer are like an event and what it embeds.
type Inner struct {
	A, B string
	C    []int
}

type Outer struct {
	Inner
	Other Inner
	At    time.Time
	For   time.Duration
	Texts []string
	On    bool
}

type printed Outer

func (p printed) Format(s fmt.State, verb rune) { show.Struct(s, verb, p) }

func TestStructIsPrintedAsByFmt(t *testing.T) {
	for _, value := range []Outer{{}, {
		Other: Inner{"a", "b\n", []int{1}}, At: time.Unix(1, 0), For: time.Second, Texts: []string{"x", "y z"}, On: true,
	}} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t", "%8v", "%-6s", "%#q", "% x"} {
			got, want := fmt.Sprintf(format, printed(value)), fmt.Sprintf(format, value)
			if got = strings.Replace(got, "show_test.printed{", "show_test.Outer{", 1); got != want {
				t.Errorf("%s: %s, want %s", format, got, want)
			}
		}
	}
}
