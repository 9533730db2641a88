package agi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// runAudioScript says how much audio came, and what the first byte of each frame
// was.
func runAudioScript() {
	agi.Main(agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		audio, err := agi.OpenAudio(ctx, s)
		if err != nil {
			return s.Verbose(ctx, err.Error(), 1)
		}
		defer audio.Close()
		var first []byte
		for frame, err := range audio.Frames(ctx) {
			if err != nil {
				return err
			}
			first = append(first, frame[0])
			if err := s.NoOp(ctx); err != nil { // commands run meanwhile
				return err
			}
		}
		return s.Verbose(ctx, fmt.Sprint(audio.Format, " ", audio.Rate, " ", audio.FrameSize, " ", string(first)), 1)
	}))
}

// runScript plays Asterisk to a script, with audio at file descriptor 3, and
// returns what it says with VERBOSE.
func runScript(t *testing.T, name, env, format string, audio []byte) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no file descriptor 3 here")
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	script := exec.CommandContext(t.Context(), os.Args[0])
	script.Env = append(os.Environ(), scriptVariable+"="+name, "GORACE=atexit_sleep_ms=0")
	script.Stderr = os.Stderr
	script.ExtraFiles = []*os.File{read}
	ours, theirs := io.Pipe()
	script.Stdin = ours
	said := new(bytes.Buffer)
	script.Stdout = &peer{said: said, in: theirs, format: format}
	if err := script.Start(); err != nil {
		t.Fatal(err)
	}
	read.Close()
	fmt.Fprint(theirs, env+"\n")
	if _, err := write.Write(audio); err != nil {
		t.Error(err)
	}
	if name == "interrupt" {
		defer write.Close() // Asterisk is silent
	} else {
		write.Close()
	}
	if err := script.Wait(); err != nil {
		t.Error(err)
	}
	return said.String()
}

// peer answers the commands that are written to it.
type peer struct {
	said   *bytes.Buffer
	in     *io.PipeWriter
	format string
}

func (a *peer) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		words := agitest.Tokens(strings.TrimSuffix(line, "\n"))
		reply := "200 result=0"
		mark, isMark := agitest.MarkReply(strings.TrimSuffix(line, "\n"))
		switch {
		case isMark:
			reply = mark
		case words[0] == "GET":
			if a.format != "" {
				reply = "200 result=1 (" + a.format + ")"
			}
		case words[0] == "VERBOSE":
			a.said.WriteString(words[1])
			reply = "200 result=1"
		}
		if _, err := io.WriteString(a.in, reply+"\n"); err != nil {
			return 0, err
		}
		if words[0] == "VERBOSE" {
			a.in.Close()
		}
	}
	return len(p), nil
}

func TestAudio(t *testing.T) {
	two := bytes.Repeat([]byte("a"), 320)
	two = append(two, bytes.Repeat([]byte("b"), 320)...)
	const enhanced = "agi_request: eagi\nagi_enhanced: 1.0\n"
	for name, c := range map[string]struct{ env, format, want string }{
		"slin":             {enhanced, "", "slin 8000 320 ab"},
		"slin16":           {enhanced, "slin16", "slin16 16000 640 a"},
		"ulaw":             {enhanced, "ulaw", "ulaw 8000 160 aabb"},
		"unknown format":   {enhanced, "opus", `agi: open the audio: EAGI_AUDIO_FORMAT is "opus", of which the frames are not known`},
		"AGI, not EAGI":    {"agi_request: x\nagi_enhanced: 0.0\n", "", "agi: open the audio: the dialplan has to start the script with EAGI(), not AGI()"},
		"no script at all": {"agi_network: yes\nagi_enhanced: 1.0\n", "", "agi: open the audio: only a script that Asterisk starts on its own machine gets audio"},
	} {
		if got := runScript(t, "audio", c.env, c.format, two); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Without the descriptor there is an error; the descriptor of another is left
// alone.
func TestAudioWithoutAPipe(t *testing.T) {
	err := agi.Serve(t.Context(), &echoing{reply: "200 result=0"}, agi.Env{Request: "async", Enhanced: true}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		_, err := agi.OpenAudio(ctx, s)
		return err
	}), nil)
	if err == nil || errors.Is(err, agi.ErrHangup) {
		t.Errorf("OpenAudio = %v", err)
	}
}
