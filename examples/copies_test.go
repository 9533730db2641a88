// Package examples_test tests what all examples have in common.
package examples_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// folders returns the folder of each example.
func folders(t *testing.T) []string {
	t.Helper()
	mains, err := filepath.Glob("*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	if len(mains) < 10 {
		t.Fatalf("%d examples, want at least 10: are they still found?", len(mains))
	}
	for i := range mains {
		mains[i] = filepath.Dir(mains[i])
	}
	return mains
}

// Each folder can be copied into a module of one's own: program and tests build there, without a package of this
// repository that others can't import.
func TestEachFolderBuildsElsewhere(t *testing.T) {
	for _, folder := range folders(t) {
		t.Run(folder, func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "mine")
			if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
				t.Fatal(err)
			}
			copyModule(t, copied)
			renameImports(t, folder, copied)
			vet(t, copied)
		})
	}
}

// copyModule writes go.mod and go.sum, with the SDK where it is on this machine.
func copyModule(t *testing.T, folder string) {
	t.Helper()
	sdk, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	module := regexp.MustCompile(`(?m)^module .*$`).ReplaceAllString(string(text), "module example.com/mine")
	replaced := strings.Replace(module, "=> ../", "=> "+filepath.ToSlash(sdk), 1)
	if replaced == module {
		t.Fatal("go.mod does not replace the SDK by ../")
	}
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"go.mod": []byte(replaced), "go.sum": sums} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// renameImports does what the comment of a program with packages of its own says: it names the new module in their imports.
func renameImports(t *testing.T, folder, copied string) {
	t.Helper()
	ours := `"github.com/asterisk-go/asterisk-go/examples/` + filepath.ToSlash(folder) + `/`
	err := filepath.WalkDir(copied, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".go" {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return os.WriteFile(file, []byte(strings.ReplaceAll(string(text), ours, `"example.com/mine/`)), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// vet checks a module, tests included, from what the machine has already: go vet reads all that go build would.
func vet(t *testing.T, folder string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "vet", "./...")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go vet: %v\n%s", err, out)
	}
}

// The comment of each program says how to run it: here, or in a module that it was copied to.
func TestEachCommentTellsHowToRun(t *testing.T) {
	for _, folder := range folders(t) {
		text, err := os.ReadFile(filepath.Join(folder, "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		comment, _, _ := strings.Cut(string(text), "\npackage main\n")
		for _, want := range []string{"folder examples", "copy this folder", " ./" + folder} {
			if !strings.Contains(strings.ReplaceAll(comment, "\n// ", " "), want) {
				t.Errorf("%s: the comment of the program lacks %q", folder, want)
			}
		}
	}
}

// The FastAGI examples end in the same way: a copy of a file in each, so that each folder can be copied.
func TestServeIsTheSame(t *testing.T) {
	files, err := filepath.Glob("*/serve.go")
	if err != nil || len(files) < 2 {
		t.Fatalf("serve.go in %v, %v", files, err)
	}
	first, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files[1:] {
		if text, err := os.ReadFile(file); err != nil || string(text) != string(first) {
			t.Errorf("%s differs from %s (%v)", file, files[0], err)
		}
	}
}
