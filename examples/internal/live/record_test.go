package live_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// recording runs the example and returns its address and the file of its index.
func recording(t *testing.T, s *lab.Server) (address, index string) {
	t.Helper()
	s.RequireOwn(t)
	index = filepath.Join(t.TempDir(), "index.jsonl")
	return serving(t, "record", nil, "-index", index), index
}

func TestRecord(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		address, index := recording(t, s)
		folder := strings.TrimPrefix(s.Dir(), s.Root()) + "/spool/monitor"
		call := visit.Enter(t, s, visit.Call{
			Target: "agi://" + address + "/record,Local/answer-short@outcome," + folder, CallerID: "4930123",
		})
		began := time.Now()
		call.Press(t, "GET DATA", "1")
		call.End(t)
		spent := time.Since(began)
		var got struct {
			File, Caller, Called, Status string
			Began                        time.Time
			Talked                       *float64
		}
		text, err := os.ReadFile(index)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("index %q: %v", text, err)
		}
		if got.Status != "ANSWER" || got.Caller != "4930123" || got.Called != "Local/answer-short@outcome" || got.Began.IsZero() {
			t.Errorf("entry: %+v", got)
		}
		if got.Talked == nil || *got.Talked < 0.19 || *got.Talked > spent.Seconds() {
			t.Errorf("%s talked in %v, want at least 0.2 s", text, spent)
		}
		sound, err := os.Stat(filepath.Join(s.Root(), got.File))
		if err != nil || sound.Size() < 44 {
			t.Errorf("the recording: %v, %v", sound, err)
		}
	})
}

func TestRecordNothingWithoutConsent(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		address, index := recording(t, s)
		call := visit.Enter(t, s, visit.Call{Target: "agi://" + address + "/record,Local/answer-short@outcome,/nowhere"})
		call.Press(t, "GET DATA", "2")
		call.Await(t, `EXEC "Dial"`)
		call.End(t)
		if text, err := os.ReadFile(index); err != nil || len(text) > 0 {
			t.Errorf("recorded: %s, %v", text, err)
		}
	})
}
