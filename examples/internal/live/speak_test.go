package live_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// speaking has the real engine of the lab speak into a folder that the server reads from.
func speaking(t *testing.T, s *lab.Server) (address, folder, seen string) {
	t.Helper()
	s.RequireOwn(t)
	folder = filepath.Join(s.Dir(), "lib", "spoken", strings.ReplaceAll(t.Name(), "/", "-")) // the server is shared
	seen = strings.TrimPrefix(folder, s.Root())
	engine := "chroot " + lab.Tools(t) + " espeak-ng"
	return serving(t, "speak", nil, "-engine", engine, "-folder", folder, "-seen", seen), folder, seen
}

func TestSpeakMakesEachSoundOnce(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		address, folder, seen := speaking(t, s)
		const text = "--Hello; $(you), %s!"
		for range 2 {
			call := visit.Enter(t, s, visit.Call{Target: "agi://" + address + `/speak,en,"` + text + `"`})
			call.Await(t, `STREAM FILE "`+seen)
			if end := call.End(t); end.Status != "SUCCESS" {
				t.Errorf("AGISTATUS = %s", end.Status)
			}
		}
		files, err := os.ReadDir(folder)
		if err != nil || len(files) != 1 {
			t.Errorf("the cache holds %v, %v, want one file", files, err)
		}
	})
}

func TestSpeakEndsWithADigit(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		address, _, _ := speaking(t, s)
		long := strings.Repeat("And so on. ", 30)
		call := visit.Enter(t, s, visit.Call{Target: "agi://" + address + `/speak,en,"` + long + `"`})
		call.Press(t, "STREAM FILE", "#")
		call.Await(t, `SET VARIABLE "SPEAK_DIGIT" "#"`)
		call.End(t)
	})
}
