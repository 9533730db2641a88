package equal_test

import (
	"os"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/equal"
)

const (
	page  = "../../docs/pbxtest.md"
	begin = "<!-- differences -->\n\n"
)

// TestPage: docs/pbxtest.md has the differences to which the captures and the live stories are held, and no others. UPDATE_PBXTEST=1 writes them.
func TestPage(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, got, ok := strings.Cut(string(text), begin)
	if !ok {
		t.Fatalf("%s has no line %q", page, begin)
	}
	want := equal.Page()
	if got == want {
		return
	}
	if os.Getenv("UPDATE_PBXTEST") != "1" {
		t.Fatalf("%s is old: UPDATE_PBXTEST=1 go test -run TestPage ./internal/equal", page)
	}
	if err := os.WriteFile(page, []byte(before+begin+want), 0o644); err != nil {
		t.Fatal(err)
	}
}
