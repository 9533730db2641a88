package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/examples/internal/served"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

// lines is a file that passes on what is written to it.
type lines chan []byte

func (l lines) Write(line []byte) (int, error) {
	l <- bytes.Clone(line)
	return len(line), nil
}

func TestRecord(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		written := make(lines, 1)
		address := served.Start(t, &recorder{newIndex(written)})
		folder := strings.TrimPrefix(s.Dir(), s.Root()) + "/spool/monitor"
		call := visit.Enter(t, s, visit.Call{
			Target: "agi://" + address + "/record,Local/answer-short@outcome," + folder, CallerID: "4930123",
		})
		began := time.Now()
		call.Press(t, "GET DATA", "1")
		call.End(t)
		spent := time.Since(began)
		var got entry
		if err := json.Unmarshal(<-written, &got); err != nil {
			t.Fatal(err)
		}
		if got.Status != "ANSWER" || got.Caller != "4930123" || got.Called != "Local/answer-short@outcome" || got.Began.IsZero() {
			t.Errorf("entry: %+v", got)
		}
		if got.Talked < 0.19 || got.Talked > spent.Seconds() {
			t.Errorf("talked %v s in %v, want at least 0.2 s", got.Talked, spent)
		}
		sound, err := os.Stat(filepath.Join(s.Root(), got.File))
		if err != nil || sound.Size() < 44 {
			t.Errorf("the recording: %v, %v", sound, err)
		}
	})
}

// A caller's number may put the environment's ID in doubt; the recording has that of the channel all the same.
func TestRecordOfAStranger(t *testing.T) {
	const id = "1767600000.1"
	written := make(lines, 1)
	call := agitest.Start(t, &recorder{newIndex(written)}, &agitest.Config{
		Arguments: []string{"PJSIP/100", "/recordings"},
		Env:       []string{"agi_callerid", "1\nagi_type: X\nagi_uniqueid: 2.2\nagi_version: 9\nagi_callerid: 1"},
		Automatic: true, Digits: consent, Variables: map[string]string{"UNIQUEID": id},
	})
	if err := call.Wait(); err != nil {
		t.Fatal(err)
	}
	var got entry
	if err := json.Unmarshal(<-written, &got); err != nil || got.File != "/recordings/"+id+".wav" {
		t.Errorf("recorded to %q, %v, want the channel's ID %s", got.File, err, id)
	}
}

func TestWithoutConsent(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		written := make(lines, 1)
		address := served.Start(t, &recorder{newIndex(written)})
		call := visit.Enter(t, s, visit.Call{Target: "agi://" + address + "/record,Local/answer-short@outcome,/nowhere"})
		call.Press(t, "GET DATA", "2")
		call.Await(t, `EXEC "Dial"`)
		call.End(t)
		if len(written) > 0 {
			t.Errorf("recorded: %s", <-written)
		}
	})
}
