package action_test

import (
	"os"
	"strings"
	"testing"
)

// The package's comment leads to every action, once.
func TestContents(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, contents, _ := strings.Cut(string(text), "# Calls and channels")
	for _, a := range everyAction() {
		if name := a.zero.ActionName(); strings.Count(contents, "["+name+"]") != 1 {
			t.Errorf("the contents name %s %d times", name, strings.Count(contents, "["+name+"]"))
		}
	}
}
