package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// engine makes a command that says half a second of silence, and counts how often it was asked.
func engine(t *testing.T) (command []string, asked func() int) {
	t.Helper()
	folder := t.TempDir()
	sound, count := filepath.Join(folder, "silence.wav"), filepath.Join(folder, "count")
	if err := os.WriteFile(sound, formatWAV(make([]int16, telephoneRate/2)), 0o600); err != nil {
		t.Fatal(err)
	}
	script := `cat >/dev/null; echo >>"` + count + `"; cat "` + sound + `"; exit`
	return []string{"sh", "-c", script}, func() int {
		text, err := os.ReadFile(count)
		if err != nil {
			t.Error(err)
		}
		return len(text)
	}
}

func TestSpeak(t *testing.T) {
	command, asked := engine(t)
	speaker := &speaker{cache: &cache{engine: command, folder: t.TempDir()}, seen: "/seen"}
	for range 2 {
		call := agitest.Start(t, speaker, &agitest.Config{Arguments: []string{"en", "--Hello; $(you), %s!"}})
		play := call.Expect("STREAM FILE")
		if file, ok := strings.CutPrefix(play.Arguments[0], "/seen/"); !ok {
			t.Errorf("played %q, want a file of /seen", play.Arguments[0])
		} else if _, err := os.Stat(filepath.Join(speaker.cache.folder, file+".wav")); err != nil {
			t.Error(err)
		}
		play.Digit("#")
		call.Expect("SET VARIABLE", "SPEAK_DIGIT", "#").Success()
		if err := call.Wait(); err != nil {
			t.Error(err)
		}
	}
	if n := asked(); n != 1 {
		t.Errorf("the engine was asked %d times for the same text, want once", n)
	}
}

func TestLanguageIsNoOption(t *testing.T) {
	c := &cache{engine: []string{"false"}, folder: t.TempDir()}
	if _, err := c.file(t.Context(), "--path=/tmp", "x"); err == nil {
		t.Error("an option passed for a language")
	}
}

func TestResample(t *testing.T) {
	wav, err := telephone(formatWAV(make([]int16, 800)))
	if err != nil || len(wav) != 44+1600 {
		t.Errorf("telephone: %d bytes, %v", len(wav), err)
	}
	for _, bad := range []string{"", "RIFF", "RIFF0000WAVEfmt \xff\xff\xff\xff", "RIFF0000WAVEdata0000"} {
		if _, err := telephone([]byte(bad)); err == nil {
			t.Errorf("telephone(%q) took it", bad)
		}
	}
}
