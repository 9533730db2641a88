package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/examples/internal/served"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

// speakerFor has the real engine of the lab speak into a folder that the server reads from.
func speakerFor(t *testing.T, s *lab.Server) *speaker {
	s.RequireOwn(t)
	folder := filepath.Join(s.Dir(), "lib", "spoken", strings.ReplaceAll(t.Name(), "/", "-")) // the server is shared
	return &speaker{
		cache: &cache{engine: []string{"chroot", lab.Tools(t), "espeak-ng"}, folder: folder},
		seen:  strings.TrimPrefix(folder, s.Root()),
	}
}

func TestSpeak(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		speaker := speakerFor(t, s)
		address := served.Start(t, speaker)
		const text = "--Hello; $(you), %s!"
		for range 2 {
			call := visit.Enter(t, s, visit.Call{Target: "agi://" + address + `/speak,en,"` + text + `"`})
			call.Await(t, `STREAM FILE "`+speaker.seen)
			if end := call.End(t); end.Status != "SUCCESS" {
				t.Errorf("AGISTATUS = %s", end.Status)
			}
		}
		files, err := os.ReadDir(speaker.cache.folder)
		if err != nil || len(files) != 1 {
			t.Errorf("the cache holds %v, %v, want one file", files, err)
		}
	})
}

func TestDigitEndsSpeech(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		address := served.Start(t, speakerFor(t, s))
		long := strings.Repeat("And so on. ", 30)
		call := visit.Enter(t, s, visit.Call{Target: "agi://" + address + `/speak,en,"` + long + `"`})
		call.Press(t, "STREAM FILE", "#")
		call.Await(t, `SET VARIABLE "SPEAK_DIGIT" "#"`)
		call.End(t)
	})
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
