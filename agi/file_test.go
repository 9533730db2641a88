package agi_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/agi"
)

// An error about a file names it.
func TestErrorsNameTheFile(t *testing.T) {
	const refused, unfit = "200 result=-1", "520 Invalid command syntax.  Proper usage not available."
	for name, c := range map[string]struct {
		call  func(ctx context.Context, s *agi.Session) error
		reply string
		want  string
	}{
		"StreamFile":        {func(c ctxt, s sess) error { _, err := s.StreamFile(c, `cus"tom`, ""); return err }, refused, `STREAM FILE "cus\"tom": `},
		"StreamFileFrom":    {func(c ctxt, s sess) error { _, err := s.StreamFileFrom(c, "custom", "", 1); return err }, refused, `STREAM FILE "custom": `},
		"StreamFile, usage": {func(c ctxt, s sess) error { _, err := s.StreamFile(c, "custom", "x"); return err }, unfit, `STREAM FILE "custom": the arguments`},
		"GetOption":         {func(c ctxt, s sess) error { _, err := s.GetOption(c, "custom", "", 0); return err }, refused, `GET OPTION "custom": `},
		"ControlStreamFile": {func(c ctxt, s sess) error { _, err := s.ControlStreamFile(c, "custom", "", nil); return err }, refused, `CONTROL STREAM FILE "custom": `},
		"GetData":           {func(c ctxt, s sess) error { _, err := s.GetData(c, "custom", 0, 1); return err }, refused, `GET DATA "custom": `},
		"Ask":               {func(c ctxt, s sess) error { _, _, err := s.Ask(c, agi.Question{Prompt: "custom"}); return err }, refused, `GET DATA "custom": `},
		"Choose":            {func(c ctxt, s sess) error { _, err := s.Choose(c, agi.Menu{Prompt: "custom"}); return err }, refused, `GET DATA "custom": `},
		"RecordFile":        {func(c ctxt, s sess) error { _, err := s.RecordFile(c, "/no/where", "wav", nil); return err }, refused + " (writefile)", `RECORD FILE "/no/where.wav": the file could not be written`},
		"RecordFile, usage": {func(c ctxt, s sess) error { _, err := s.RecordFile(c, "/no/where", "wav", nil); return err }, unfit, `RECORD FILE "/no/where.wav": the arguments`},
		"SendImage":         {func(c ctxt, s sess) error { return s.SendImage(c, "custom") }, refused, `SEND IMAGE "custom": `},
		"SpeechLoadGrammar": {func(c ctxt, s sess) error { return s.SpeechLoadGrammar(c, "name", "/etc/grammar") }, "200 result=0", `SPEECH LOAD GRAMMAR "/etc/grammar": `},
		"Playback":          {func(c ctxt, s sess) error { return s.Playback(c, "custom", "") }, "200 result=1 (FAILED)", `EXEC: Playback custom: FAILED`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := &echoing{reply: c.reply}
				if name == "Playback" {
					conn.first = "200 result=0"
				}
				_ = agi.Serve(t.Context(), conn, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
					if err := c.call(ctx, s); err == nil || !strings.HasPrefix(err.Error(), "agi: "+c.want) {
						t.Errorf("%v, want an error that begins with %q", err, c.want)
					}
					return nil
				}), nil)
			})
		})
	}
}
