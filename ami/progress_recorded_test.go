package ami_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/conformance"
)

// The click-to-calls that were recorded from Asterisk 16 and 22, with SIP phones, tell what they told then. Package sipua has
// recorded them.
func TestProgressRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/click/*.ami")
	if err != nil || len(files) < 2*12 {
		t.Fatalf("%d recordings, %v, want one of each outcome and version", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".ami"), func(t *testing.T) {
			transcript, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			told, err := os.ReadFile(strings.TrimSuffix(file, ".ami") + ".told")
			if err != nil {
				t.Fatal(err)
			}
			conformance.ReplayClick(t, transcript, string(told))
		})
	}
}
