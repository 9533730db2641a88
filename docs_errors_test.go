package asterisk_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// ofOthers are texts of Go's library that docs/errors.md explains.
var ofOthers = []string{"connection refused", "certificate is valid for ..., not ..."}

var (
	symptom  = regexp.MustCompile(`(?m)^\| ([^|]+) \|`)
	errorVar = regexp.MustCompile(`^(?:\w+\.)?(Err[A-Z]\w*)$`)
	ourText  = regexp.MustCompile(`^[a-z][^=]*[a-z]\w* [^=]*$`) // at least two words
)

// TestErrorsAreOurs holds docs/errors.md to the sources: each error that it explains is exported, and each text is in the code.
func TestErrorsAreOurs(t *testing.T) {
	guide, err := os.ReadFile("docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	wrong, found := notOurs(t, string(guide))
	for _, text := range wrong {
		t.Errorf("docs/errors.md: nothing says %q", text)
	}
	if found < 40 {
		t.Errorf("%d errors in docs/errors.md: are they still found?", found)
	}
	if wrong, _ := notOurs(t, "| `ami.ErrNobody`, `a text of nobody`, `is required`, `ErrSilent` |"); len(wrong) != 2 {
		t.Errorf("of two wrong ones it finds %q", wrong)
	}
}

// notOurs returns the errors and texts in the first cells of tables that no package has, and how many there are.
func notOurs(t *testing.T, guide string) (wrong []string, found int) {
	t.Helper()
	sources := sourceText(t)
	for _, other := range ofOthers {
		guide = strings.ReplaceAll(guide, "`"+other+"`", "")
	}
	for _, cell := range symptom.FindAllStringSubmatch(guide, -1) {
		for _, span := range spanned.FindAllString(cell[1], -1) {
			text := strings.Trim(span, "`")
			if name := errorVar.FindStringSubmatch(text); name != nil {
				text = name[1] + " "
			} else if !ourText.MatchString(text) || qualified.MatchString(text) {
				continue
			}
			found++
			for _, part := range strings.Split(text, "...") {
				if !strings.Contains(sources, part) {
					wrong = append(wrong, text)
					break
				}
			}
		}
	}
	return wrong, found
}

// sourceText is all Go of the SDK but its tests.
func sourceText(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := os.ReadFile(file)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
