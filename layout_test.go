package asterisk_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/asterisk-go/asterisk-go"

// layout is which package may import which, planned packages included: own ones by their folder, those of others by
// their path. A new arrow is entered here first, and argued for in docs/architecture.md.
var layout = map[string][]string{
	".":            {},
	"transport":    {},
	"event":        {"transport", "internal/show"},
	"ami/action":   {"event", "transport", "internal/show"},
	"ami":          {"ami/action", "event", "transport", "internal/keep", "internal/show"},
	"ami/amitest":  {"event", "transport"},
	"ami/live":     {"ami", "ami/action", "event", "transport", "golang.org/x/sync"},
	"ami/gateway":  {"ami/live", "ami", "ami/action", "event", "github.com/gorilla/websocket"},
	"ajam":         {"ami", "ami/action", "event", "transport", "internal/keep", "internal/show", "github.com/icholy/digest"},
	"agi":          {"transport"},
	"agi/agitest":  {"agi", "transport", "internal/agirun"},
	"fastagi":      {"agi", "internal/agirun"},
	"agi/asyncagi": {"agi", "ami", "ami/action", "event", "internal/agirun"},
	"pbxtest":      {"transport", "event"},
}

// forTests is what the tests of every package may import besides.
var forTests = []string{"ami/amitest", "agi/agitest", "internal/lab", "internal/leak", "internal/scene", "internal/visit",
	"internal/conformance", "internal/stranger", "internal/compare", "github.com/google/go-cmp"}

// onRealServers is what the tests of these packages import to try them on real servers, which they reach over AMI, or on a
// server of ours.
var onRealServers = map[string][]string{
	"agi":          {"ami", "ami/action", "event", "fastagi", "agi/asyncagi"},
	"agi/agitest":  {"fastagi"},
	"agi/asyncagi": {"fastagi"},
	"event":        {"ami", "ami/action"},
	"ami/action":   {"ami"},
	"fastagi":      {"ami", "ami/action", "event"},
}

// tools may import anything, and no package of the SDK may import them. The exceptions are what packages share and users
// have no need of: internal/show, which imports nothing, internal/keep, which imports that, and internal/agirun, which
// imports agi and golang.org/x/sync.
const tools = "internal/"

func TestLayout(t *testing.T) {
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipFolder(file)
		case strings.HasSuffix(file, ".go"):
			checkFile(t, filepath.ToSlash(file))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// skipFolder leaves out what is no part of the module: other modules, test data, folders of tools.
func skipFolder(folder string) error {
	name := filepath.Base(folder)
	if folder == "." {
		return nil
	}
	if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil || name == "testdata" || name[0] == '.' || name[0] == '_' {
		return filepath.SkipDir
	}
	return nil
}

func checkFile(t *testing.T, file string) {
	folder := path.Dir(file)
	if strings.HasPrefix(folder+"/", tools) {
		return
	}
	allowed, planned := layout[folder]
	if !planned {
		t.Errorf("%s: the layout has no package %s", file, folder)
		return
	}
	if strings.HasSuffix(file, "_test.go") {
		allowed = slices.Concat(allowed, []string{folder}, forTests, onRealServers[folder])
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash(file), nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Errorf("%s: import %s: %v", file, spec.Path.Value, err)
		} else if !permitted(imported, allowed) {
			t.Errorf("%s: the layout does not let %s import %s", file, folder, imported)
		}
	}
}

// permitted knows the standard library by the first part of a path, which holds no dot there.
func permitted(imported string, allowed []string) bool {
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") {
		return true
	}
	if own, ok := strings.CutPrefix(imported, module+"/"); ok {
		return slices.Contains(allowed, own)
	}
	return slices.ContainsFunc(allowed, func(other string) bool {
		return imported == other || strings.HasPrefix(imported, other+"/")
	})
}

func TestLayoutForbids(t *testing.T) {
	for imported, want := range map[string]bool{
		"net/http":                    true,
		module + "/transport":         true,
		module + "/ami":               false,
		module + "/internal/lab":      false,
		"github.com/google/go-cmp":    false,
		"github.com/gorilla/websocks": false,
	} {
		if got := permitted(imported, layout["event"]); got != want {
			t.Errorf("event may import %s: %t, want %t", imported, got, want)
		}
	}
}
