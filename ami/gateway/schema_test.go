package gateway

import (
	"bufio"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/schema"
)

var wire = sync.OnceValues(func() (*schema.Schema, error) {
	text, err := os.ReadFile("schema.json")
	if err != nil {
		return nil, err
	}
	return schema.Parse(text)
})

// valid wants a message to be what the schema says: every message that a test sees goes through it. The direction is FromGateway or FromBrowser.
func valid(t testing.TB, direction string, data []byte) {
	t.Helper()
	s, err := wire()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(direction, data); err != nil {
		t.Errorf("%v\n%s", err, data)
	}
}

// TestVersion1IsValid checks that the schema still has what was said in a session of version 1, which is never recorded anew: who
// changes what is in it breaks clients that are in use.
func TestVersion1IsValid(t *testing.T) {
	f, err := os.Open("testdata/version1.session")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	messages := 0
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		switch mark, text, _ := strings.Cut(lines.Text(), " "); mark {
		case ">":
			valid(t, "FromBrowser", []byte(text))
			messages++
		case "<":
			valid(t, "FromGateway", []byte(text))
			messages++
		}
	}
	if messages < 14 {
		t.Errorf("%d messages, want some 14: are they still found?", messages)
	}
}
