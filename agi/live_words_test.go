package agi_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// The dialplan's own words survive, both ways, by every way that reads them.
func TestLiveWords(t *testing.T) {
	all := append(words, strings.Repeat("0123456789", 200), strings.Repeat("電", 600), ") x (", "):")
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		p := newPBX(t, server)
		err := p.call(t, func(ctx context.Context, s *agi.Session) error {
			for _, word := range all {
				if err := s.SetVariable(ctx, "WORD", word); err != nil {
					t.Errorf("SetVariable(%.50q) = %v", word, err)
					continue
				}
				for name, read := range map[string]func(context.Context, string) (string, bool, error){
					"GetVariable": s.GetVariable, "Variable": s.Variable,
				} {
					want := word
					if name == "GetVariable" && len(word) > 1023 {
						want = word[:1023] // the buffer of handle_getvariable in res_agi.c
					}
					if got, ok, err := read(ctx, "WORD"); got != want || !ok || err != nil {
						t.Errorf("%s = %d bytes %.60q, %t, %v, want %d bytes %.60q", name, len(got), got, ok, err, len(want), want)
					}
				}
				checkAMI(t, p, s, word)
				if err := s.DatabasePut(ctx, "agiwords", "k", word); err != nil {
					t.Error(err)
				}
				if got, ok, err := s.DatabaseGet(ctx, "agiwords", "k"); got != word || !ok || err != nil {
					t.Errorf("DatabaseGet = %q, %t, %v, want %q", got, ok, err, word)
				}
			}
			_, err := s.DatabaseDelTree(ctx, "agiwords", "")
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// checkAMI asks for the variable where no AGI quoting is between.
func checkAMI(t *testing.T, p pbx, s *agi.Session, word string) {
	t.Helper()
	if len(word) > 900 || strings.ContainsAny(word, "\r\x01") || !utf8.ValidString(word) { // AMI has limits of its own
		return
	}
	r, err := p.ami.Do(deadline(t), action.Getvar{Channel: s.Env.Channel, Variable: "WORD"})
	if err != nil || strings.TrimSpace(r.Get("Value")) != strings.TrimSpace(word) {
		t.Errorf("Getvar = %q, %v, want %q", r.Get("Value"), err, word)
	}
}

// The tokeniser of the tests is that of Asterisk.
func TestLiveTokeniser(t *testing.T) {
	lines := []string{
		`a"b c"d`, `""`, `ab\ncd`, `a\ b`, `"\"\\"`, "\"a\tb\"", `"open to the end `, `\"`, `"a""b"`, `a""`, `"a\`, `\\\\`,
	}
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		conn := newPBX(t, server).accept(t, "Local/answer@outcome")
		defer conn.Close()
		r := bufio.NewReader(conn)
		readTo(t, r, "") // the environment
		for _, line := range lines {
			line = "SET VARIABLE RAW " + line
			if len(agitest.Tokens(line)) < 4 {
				t.Fatalf("%q has no argument", line)
			}
			fmt.Fprintf(conn, "%s\n", line)
			readTo(t, r, "200 result=1")
			fmt.Fprintf(conn, "GET VARIABLE RAW\n")
			if want := "200 result=1 (" + agitest.Tokens(line)[3] + ")"; !readTo(t, r, want) {
				t.Errorf("%s: we have %q", line, want)
			}
		}
	})
}

// readTo reads to a line, or to a reply that is another.
func readTo(t *testing.T, r *bufio.Reader, want string) bool {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case line == want+"\n":
			return true
		case strings.HasPrefix(line, "200 ") || strings.HasPrefix(line, "520 "):
			t.Errorf("reply %q", line)
			return false
		}
	}
}

// What is too long for the version is not sent; what just fits arrives whole.
func TestLiveLongestLine(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		p := newPBX(t, server)
		err := p.call(t, func(ctx context.Context, s *agi.Session) error {
			longest := 2046
			if server.Version() == lab.V22 {
				longest = 8190
			}
			word := strings.Repeat("x", longest-len(`SET VARIABLE "LONG" ""`))
			if err := s.SetVariable(ctx, "LONG", word+"x"); !errors.Is(err, agi.ErrInvalid) {
				t.Errorf("one byte too many: %v", err)
			}
			if err := s.SetVariable(ctx, "LONG", word); err != nil {
				return err
			}
			if got, _, err := s.Variable(ctx, "LONG"); got != word || err != nil {
				t.Errorf("Variable = %d bytes, %v, want %d", len(got), err, len(word))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Variable reads what GET VARIABLE cuts or breaks.
func TestLiveVariable(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		server.RequireOwn(t) // for SHELL
		p := newPBX(t, server)
		check := func(ctx context.Context, s *agi.Session, name, want string, set bool) {
			t.Helper()
			if got, ok, err := s.Variable(ctx, name); got != want || ok != set || err != nil {
				t.Errorf("Variable(%s) = %.100q, %t, %v, want %.100q, %t", name, got, ok, err, want, set)
			}
		}
		err := p.call(t, func(ctx context.Context, s *agi.Session) error {
			if err := s.SetVariables(ctx, agi.Variable{Name: "EMPTY"}, agi.Variable{Name: "CALLERID(name)", Value: "電話 (x) ):"}); err != nil {
				return err
			}
			check(ctx, s, "EMPTY", "", true)
			check(ctx, s, "NOTHING", "", false)
			check(ctx, s, "CALLERID(name)", "電話 (x) ):", true)
			check(ctx, s, "NOFUNCTION(x)", "", false)
			check(ctx, s, "CHANNEL", s.Env.Channel, true)
			check(ctx, s, "DB(agi:x/y)", "", true) // a function has a value, if there is one
			long := strings.Repeat("0123456789abcdef", 150)
			for i, n := range []int{599, 600, 601, 1199, 1200, 1201, 2000} {
				name := fmt.Sprint("N", i)
				if err := s.SetVariable(ctx, name, long[:n]); err != nil {
					t.Error(err)
				}
				check(ctx, s, name, long[:n], true)
			}
			check(ctx, s, `SHELL(seq 1 500)`, numbers(500), true)
			hostile := "one\nHANGUP\n200 result=1 (x)\n520-y\n):\"${EXTEN}\\ \n"
			check(ctx, s, "SHELL(echo "+base64.StdEncoding.EncodeToString([]byte(hostile))+" | base64 -d)", hostile, true)
			for _, name := range []string{"", "${A}", "A}${B", "A:1", "F(a", "F(a))", "F(a)b", "a)b", "A\n"} {
				if _, _, err := s.Variable(ctx, name); !errors.Is(err, agi.ErrInvalid) {
					t.Errorf("Variable(%q) = %v", name, err)
				}
			}
			if err := s.Hangup(ctx); err != nil {
				return err
			}
			<-ctx.Done()
			check(ctx, s, "N6", long[:2000], true)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func numbers(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintln(&text, i+1)
	}
	return text.String()
}
