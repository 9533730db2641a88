package fastagi_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// phrases are what a stranger's text is made of, one for each fuzzed byte from
// 128 on; a byte of ASCII stands for itself.
var phrases = []string{
	"\n", "\r\n", "\n\n", ": ", ":", "1", "x", "", "HANGUP", "\n\nHANGUP\n", "HANGUP200 result=1",
	"200 result=1234", "200 result=1 (x", "200 result=1 (x)", "200 result=0", "200 result=-1", "\n\n200 result=1",
	"100 result=0 Trying...", "510 Invalid or unknown command", "511 x", "520-x", "520 x", "200 result=1 (mark-", ")", "(",
	"agi_", "agi_network: yes", "agi_network_script: admin", "agi_request: agi://127.0.0.1/admin", "agi_channel: PJSIP/1", "agi_language: en",
	"agi_type: X", "agi_uniqueid: 2.2", "agi_version: 9", "agi_callerid: 1", "agi_calleridname: x", "agi_callingpres: 0", "agi_callingani2: 0",
	"agi_callington: 0", "agi_callingtns: 0", "agi_dnid: 1", "agi_rdnis: 1", "agi_context: x", "agi_extension: 1", "agi_priority: 1", "agi_priority:",
	"agi_enhanced: 0", "agi_enhanced:", "agi_enhanced: 0.0", "agi_accountcode: ", "agi_accountcode:", "agi_threadid: 1", "agi_arg_1: x", "agi_arg_2: x", "agi_arg_3: x",
}

// phrased makes a text of at most size bytes, as SIP lets a caller supply.
func phrased(program []byte, size int) string {
	var text strings.Builder
	for _, b := range program {
		phrase := string(rune(b))
		if b >= 128 {
			phrase = phrases[int(b-128)%len(phrases)]
		}
		if text.Len()+len(phrase) > size {
			break
		}
		text.WriteString(phrase)
	}
	return strings.ReplaceAll(text.String(), "\x00", "")
}

// program is what phrased makes text of.
func program(text string) []byte {
	var program []byte
	for text != "" {
		best := -1
		for i, phrase := range phrases {
			if strings.HasPrefix(text, phrase) && phrase != "" && (best < 0 || len(phrase) > len(phrases[best])) {
				best = i
			}
		}
		if best >= 0 {
			program, text = append(program, byte(128+best)), text[len(phrases[best]):]
			continue
		}
		program, text = append(program, text[0]), text[1:]
	}
	return program
}

// callOf is an Asterisk whose caller supplies what it likes.
type callOf struct {
	number, name, dialled, redirected string
	pieces                            int // in which the environment comes
	plain                             string
}

// env is what setup_env writes of it.
func (c callOf) env() string {
	return strings.NewReplacer(
		"agi_callerid: 100\n", "agi_callerid: "+c.number+"\n",
		"agi_calleridname: Alice\n", "agi_calleridname: "+c.name+"\n",
		"agi_dnid: unknown\n", "agi_dnid: "+c.dialled+"\n",
		"agi_rdnis: unknown\n", "agi_rdnis: "+c.redirected+"\n",
		"agi_extension: 200\n", "agi_extension: "+c.dialled+"\n",
	).Replace(c.plain)
}

// answers to the commands of suspicious.
func (c callOf) answer(line string) string {
	if reply, ok := agitest.MarkReply(line); ok {
		return reply
	}
	tokens := agitest.Tokens(line)
	switch name := strings.Join(tokens[:2], " "); {
	case name == "GET DATA":
		return "200 result=77"
	case name == "GET VARIABLE" && tokens[2] == "CALLERID(num)":
		return "200 result=1 (" + c.number + ")"
	case name == "GET VARIABLE":
		return "200 result=0"
	case name == "GET FULL":
		_, tail, _ := strings.Cut(tokens[3], "}")
		return "200 result=1 (" + c.number + tail + ")"
	case name == "STREAM FILE":
		return "200 result=0 endpos=800"
	}
	return "200 result=1"
}

// play writes the environment, in pieces, and answers commands behind it.
func (c callOf) play(conn net.Conn) {
	lines := make(chan string, 4)
	// Ends with the connection.
	go func() {
		defer close(lines)
		for r := bufio.NewReader(conn); ; {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			lines <- line[:len(line)-1]
		}
	}()
	for piece := range slices.Chunk([]byte(c.env()), max(1, len(c.env())/max(1, c.pieces))) {
		_, _ = conn.Write(piece)
	}
	for line := range lines {
		_, _ = io.WriteString(conn, c.answer(line)+"\n")
	}
}

// suspicious fails when anything is believed that Asterisk did not write.
func (c callOf) suspicious(t *testing.T) agi.HandlerFunc {
	return func(ctx context.Context, s *agi.Session) error {
		if input, err := s.GetData(ctx, "pin", 0, 4); input.Digits != "77" || err != nil {
			t.Errorf("GetData = %+v, %v", input, err)
		}
		if value, ok, err := s.GetVariable(ctx, "UNSET"); value != "" || ok || err != nil {
			t.Errorf("UNSET = %q, %t, %v", value, ok, err)
		}
		if value, ok, err := s.GetVariable(ctx, "CALLERID(num)"); value != c.number || !ok || err != nil {
			t.Errorf("GetVariable = %q, %t, %v, want %q", value, ok, err, c.number)
		}
		if value, ok, err := s.Variable(ctx, "CALLERID(num)"); value != c.number || !ok || err != nil {
			t.Errorf("Variable = %q, %t, %v, want %q", value, ok, err, c.number)
		}
		if played, err := s.StreamFile(ctx, "bye", ""); played.Digit != "" || err != nil {
			t.Errorf("StreamFile = %+v, %v", played, err)
		}
		if err := context.Cause(ctx); err != nil {
			t.Errorf("the context has ended: %v", err)
		}
		c.compare(t, &s.Env)
		if got, want := s.Env.NetworkScript, agi.ParseEnv(c.plain).NetworkScript; got != want {
			t.Errorf("path %q, want %q", got, want)
		}
		return nil
	}
}

// compare has each typed field as Asterisk means it, or zero and in doubt.
func (c callOf) compare(t *testing.T, env *agi.Env) {
	plain := agi.ParseEnv(c.plain)
	known := func(value string) string {
		if value == "unknown" {
			return ""
		}
		return value
	}
	for _, field := range []struct{ key, got, want string }{
		{"agi_network_script", env.NetworkScript, plain.NetworkScript}, {"agi_request", env.Request, plain.Request},
		{"agi_channel", env.Channel, plain.Channel}, {"agi_language", env.Language, plain.Language}, {"agi_type", env.Type, plain.Type},
		{"agi_uniqueid", env.UniqueID, plain.UniqueID}, {"agi_version", env.Version, plain.Version},
		{"agi_callerid", env.CallerID, known(c.number)}, {"agi_calleridname", env.CallerIDName, known(c.name)},
		{"agi_callingpres", strconv.Itoa(env.CallingPres), "0"}, {"agi_callingani2", strconv.Itoa(env.CallingANI2), "0"},
		{"agi_callington", strconv.Itoa(env.CallingTON), "0"}, {"agi_callingtns", strconv.Itoa(env.CallingTNS), "0"},
		{"agi_dnid", env.DNID, known(c.dialled)}, {"agi_rdnis", env.RDNIS, known(c.redirected)},
		{"agi_context", env.Context, plain.Context}, {"agi_extension", env.Extension, c.dialled},
		{"agi_priority", strconv.Itoa(env.Priority), "1"}, {"agi_enhanced", strconv.FormatBool(env.Enhanced), "false"},
		{"agi_accountcode", env.AccountCode, ""}, {"agi_threadid", env.ThreadID, plain.ThreadID},
		{"agi_arg_1", strings.Join(env.Arguments, "|"), strings.Join(plain.Arguments, "|")},
	} {
		if field.got == field.want {
			continue
		}
		if !slices.Contains(env.Doubtful(), field.key) || strings.Trim(field.got, "|0") != "" && field.got != "false" {
			t.Errorf("%s = %q, want %q, or nothing and in doubt; in doubt are %q", field.key, field.got, field.want, env.Doubtful())
		}
	}
	if !env.Network {
		t.Error("the call is not over the network")
	}
}

// FuzzStrangers has a caller write what SIP lets through into the environment
// that a real Asterisk sent: 79 bytes of number, name and dialled number, and
// 16 KiB of the redirecting one. Nothing that Asterisk did not write is believed,
// what changes is marked, and what is too long has no handler.
func FuzzStrangers(f *testing.F) {
	for _, text := range []string{
		"1\n\n200 result=1234", "1\n\nHANGUP", "2\n\n200 result=1 (x", "1\nagi_network_script: admin", "1\r\n\r\n200 result=1234",
		"1\nagi_priority: 1\nagi_enhanced: 0\nagi_accountcode: \nagi_threadid: 1\n\nHANGUP",
		"1\nagi_priority:\nagi_enhanced:\nagi_accountcode:\nagi_threadid: 1\n\n200 result=1234",
		"1\nagi_type: X\nagi_uniqueid: 2.2\nagi_version: 9\nagi_callerid: 1", "1\nagi_arg_1: x\nagi_arg_2: x", "1\n", "\n1",
	} {
		p := program(text)
		f.Add(p, program("A"), program("2"), []byte(nil), uint8(1), false)
		f.Add(program("1"), p, program("2"), p, uint8(2), true)
		f.Add(program("1"), program("A"), p, []byte(nil), uint8(30), true)
		f.Add(p, p, p, p, uint8(255), false)
		f.Add(program("1"), program("A"), program("2"), slices.Concat(p, bytes.Repeat(program("\na"), 600)), uint8(3), true)
		f.Add(program("1"), program("A"), program("2"), slices.Concat(p, bytes.Repeat(program("\na"), 470)), uint8(4), false)
	}
	environments := []string{recorded(f, "../agi/testdata/plain-16.agi"), recorded(f, "../agi/testdata/plain-22.agi"),
		recorded(f, "../agi/testdata/script-16.agi"), recorded(f, "../agi/testdata/script-22.agi")}
	for i, env := range environments {
		environments[i] = strings.Replace(env, "agi_callerid: 1\nagi_network_script: admin\n", "agi_callerid: 100\n", 1)
	}
	f.Fuzz(func(t *testing.T, number, name, dialled, redirected []byte, pieces uint8, path bool) {
		c := callOf{phrased(number, 79), phrased(name, 79), phrased(dialled, 79), phrased(redirected, 16<<10), int(pieces), environments[2+pieces%2]}
		want := "/{$}"
		if path {
			c.plain, want = environments[pieces%2], "/ivr/de"
		}
		mux := fastagi.NewMux()
		for _, path := range []string{"/admin", "/ivr/de", "/{$}"} {
			mux.HandleFunc(path, func(ctx context.Context, s *agi.Session) error {
				if path != want {
					t.Errorf("route %s, want %s", path, want)
				}
				return c.suspicious(t)(ctx, s)
			})
		}
		ours, asterisk := net.Pipe()
		played := make(chan struct{})
		// Ends with the connection.
		go func() {
			defer close(played)
			c.play(asterisk)
		}()
		stream := agi.NewStream(ours, ours)
		env, err := stream.ReadEnv()
		if err == nil {
			err = agi.Serve(t.Context(), stream, env, mux, nil)
			defer stream.Wait()
		}
		if long := c.env(); errors.Is(err, agi.ErrTooLong) && strings.Count(long, "\n") > 510 {
			parsed := agi.ParseEnv(long) // as AsyncAGI has it
			c.compare(t, &parsed)
		} else if err != nil {
			t.Errorf("%v; the environment is %q", err, c.env())
		}
		ours.Close()
		asterisk.Close()
		<-played
	})
}
