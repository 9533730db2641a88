package asterisk_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "github.com/asterisk-go/asterisk-go"

// layout is which package may import which, planned packages included: own ones by their folder, modules of others by
// their path. Every package may import the root. A new arrow is entered here first, and argued for in docs/architecture.md.
var layout = map[string][]string{
	".":                   {"internal/show"},
	"transport":           {},
	"event":               {"transport", "internal/ended", "internal/producer", "internal/show"},
	"ami/action":          {"event", "transport", "internal/show"},
	"ami":                 {"ami/action", "event", "transport", "internal/ended", "internal/session", "internal/show"},
	"ami/amitest":         {"event", "transport", "internal/manager", "internal/memconn"},
	"ami/live":            {"ami", "ami/action", "event", "transport", "golang.org/x/sync", "internal/ended", "internal/session", "internal/show"},
	"ami/gateway":         {"ami/live", "ami", "ami/action", "event", "ami/gateway/message", "internal/show", "github.com/gorilla/websocket", "golang.org/x/time", "golang.org/x/sync"},
	"ami/gateway/message": {},
	"ajam":                {"ami", "ami/action", "event", "transport", "internal/session", "internal/show", "github.com/icholy/digest"},
	"agi":                 {"transport", "internal/ended"},
	"agi/agitest":         {"agi", "transport", "internal/agipeer", "internal/agirun"},
	"fastagi":             {"agi", "internal/agirun", "internal/ended"},
	"agi/asyncagi":        {"agi", "ami", "ami/action", "event", "internal/agirun", "internal/ended"},
	"pbxtest":             {"transport", "ami/action", "internal/callcentre", "internal/manager", "internal/memconn", "internal/pbx"},
	"pbxtest/pbx":         {"pbxtest", "fastagi", "internal/callcentre/menu"},

	"internal/agipeer":         {},
	"internal/callcentre":      {"internal/pbx"},
	"internal/callcentre/menu": {"agi", "fastagi"},
	"internal/agirun":          {"agi", "golang.org/x/sync"},
	"internal/ended":           {},
	"internal/manager":         {"transport", "internal/memconn"},
	"internal/memconn":         {},
	"internal/pbx":             {"internal/agipeer"},
	"internal/producer":        {},
	"internal/session":         {"ami/action", "event", "transport", "internal/ended", "internal/producer", "internal/show"},
	"internal/show":            {},

	"internal/api":                     {"internal/exported"},
	"internal/exported":                {},
	"internal/bench":                   {"golang.org/x/sync", "agi", "agi/agitest", "ajam", "ami", "ami/action", "ami/gateway", "ami/gateway/message", "ami/live", "event", "fastagi", "transport", "internal/lab", "pbxtest", "github.com/gorilla/websocket"},
	"internal/compare":                 {"transport", "github.com/google/go-cmp"},
	"internal/ended/endedtest":         {},
	"internal/conformance":             {"ami", "ami/action", "ami/amitest", "event", "internal/lab", "internal/leak", "transport"},
	"internal/equal":                   {"transport"},
	"internal/gen":                     {"internal/gen/render", "internal/gen/table", "internal/gen/wire", "internal/gen/xmldoc", "internal/lab"},
	"internal/gen/render":              {"internal/gen/table", "internal/show"},
	"internal/gen/table":               {"internal/gen/xmldoc"},
	"internal/gen/wire":                {},
	"internal/gen/xmldoc":              {},
	"internal/lab":                     {},
	"internal/lab/labctl":              {"internal/lab", "golang.org/x/sync"},
	"internal/leak":                    {},
	"internal/scene":                   {"agi", "internal/compare"},
	"internal/scene/script":            {"agi", "internal/scene"},
	"internal/schema":                  {},
	"internal/stranger":                {"internal/lab"},
	"internal/stranger/witness":        {"agi"},
	"internal/stranger/witness/script": {"agi", "internal/stranger/witness"},
	"internal/testreport":              {},
	"internal/visit":                   {"ami", "ami/action", "event", "internal/lab"},
}

// shared is what packages of the SDK share and users have no need of. All else in internal/ is a tool, which only tests
// and tools may import.
var shared = []string{"internal/agipeer", "internal/agirun", "internal/callcentre", "internal/callcentre/menu", "internal/ended", "internal/manager", "internal/memconn", "internal/pbx", "internal/producer", "internal/session", "internal/show"}

// forTests is what the tests of every package may import besides.
var forTests = []string{"ami/amitest", "agi/agitest", "internal/lab", "internal/leak", "internal/scene", "internal/schema", "internal/visit",
	"internal/conformance", "internal/stranger", "internal/compare", "internal/ended/endedtest", "internal/exported", "github.com/google/go-cmp"}

// forTestsOf is what the tests of these packages import besides, most of them to try the package on a real server, which
// they reach over AMI, or on a server of ours.
var forTestsOf = map[string][]string{
	"agi":               {"ami", "ami/action", "event", "fastagi", "agi/asyncagi"},
	"agi/agitest":       {"fastagi"},
	"agi/asyncagi":      {"ajam", "fastagi"},
	"event":             {"ami", "ami/action"},
	"ami":               {"internal/producer"},
	"ami/action":        {"ami"},
	"ami/live":          {"agi", "ajam", "fastagi", "github.com/gorilla/websocket", "pbxtest"},
	"fastagi":           {"ami", "ami/action", "event"},
	"internal/compare":  {"event"},
	"internal/leak":     {"transport"},
	"internal/pbx":      {"transport", "internal/equal"},
	"pbxtest":           {"internal/equal", "agi/asyncagi", "ajam", "ami", "ami/live", "event", "fastagi", "agi", "internal/callcentre/menu"},
	"pbxtest/pbx":       {"ajam", "ami", "ami/action", "event"},
	"internal/stranger": {"agi", "agi/asyncagi", "ami", "ami/action", "event", "fastagi", "internal/stranger/witness"},
}

func TestLayout(t *testing.T) {
	for _, wrong := range wrongArrows(os.DirFS(".")) {
		t.Error(wrong)
	}
}

// wrongArrows returns what the layout forbids in a tree of source.
func wrongArrows(tree fs.FS) (wrong []string) {
	err := fs.WalkDir(tree, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipFolder(tree, file)
		case strings.HasSuffix(file, ".go"):
			wrong = append(wrong, wrongImports(tree, file)...)
		}
		return nil
	})
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	return wrong
}

// skipFolder leaves out what is no part of the module: other modules, test data, folders of tools.
func skipFolder(tree fs.FS, folder string) error {
	if folder == "." {
		return nil
	}
	name := path.Base(folder)
	if ownModule(tree, folder) || name == "testdata" || name[0] == '.' || name[0] == '_' {
		return fs.SkipDir
	}
	return nil
}

func ownModule(tree fs.FS, folder string) bool {
	_, err := fs.Stat(tree, path.Join(folder, "go.mod"))
	return err == nil
}

func wrongImports(tree fs.FS, file string) (wrong []string) {
	folder := path.Dir(file)
	allowed, known := layout[folder]
	if !known {
		return []string{fmt.Sprintf("%s: the layout has no package %s", file, folder)}
	}
	if strings.HasSuffix(file, "_test.go") {
		allowed = slices.Concat(allowed, []string{folder}, forTests, forTestsOf[folder])
	}
	text, err := fs.ReadFile(tree, file)
	if err != nil {
		return []string{err.Error()}
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly)
	if err != nil {
		return []string{err.Error()}
	}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: import %s: %v", file, spec.Path.Value, err))
		} else if !permitted(imported, allowed) {
			wrong = append(wrong, fmt.Sprintf("%s: the layout does not let %s import %s", file, folder, imported))
		}
	}
	return wrong
}

// permitted knows the standard library by the first part of a path, which holds no dot there.
func permitted(imported string, allowed []string) bool {
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") || imported == module {
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
	for _, test := range []struct {
		file, imported string
		says           string // empty where nothing is wrong
	}{
		{"event/x.go", "net/http", ""},
		{"event/x.go", module, ""},
		{"event/x.go", module + "/transport", ""},
		{"event/x.go", module + "/ami", "event import"},
		{"event/x.go", module + "/internal/lab", "event import"},
		{"event/x.go", "github.com/google/go-cmp/cmp", "event import"},
		{"event/x_test.go", "github.com/google/go-cmp/cmp", ""},
		{"event/x_test.go", module + "/internal/lab", ""},
		{"event/x_test.go", module + "/internal/bench", "event import"},
		{"ami/gateway/x.go", "github.com/gorilla/websocket", ""},
		{"ami/gateway/x.go", "github.com/gorilla/websockets", "ami/gateway import"},
		{"x.go", module + "/event", ". import"},
		{"x.go", "golang.org/x/sync/errgroup", ". import"},
		{"x.go", "strings", ""},
		{"internal/show/x.go", module + "/event", "internal/show import"},
		{"internal/session/x.go", module + "/ami", "internal/session import"},
		{"internal/session/x.go", module + "/internal/show", ""},
		{"internal/lab/x.go", module + "/ami", "internal/lab import"},
		{"internal/lab/x_test.go", module + "/ami", "internal/lab import"},
		{"internal/unknown/x.go", "strings", "no package internal/unknown"},
		{"unknown/x.go", "strings", "no package unknown"},
		{"internal/sipua/x.go", "github.com/emiago/sipgo", ""},
		{"event/testdata/x.go", module + "/ami", ""},
	} {
		wrong := wrongArrows(fstest.MapFS{
			test.file:               {Data: []byte("package x\n\nimport _ " + strconv.Quote(test.imported) + "\n")},
			"internal/sipua/go.mod": {},
		})
		if got := strings.Join(wrong, ", "); (got != "") != (test.says != "") || !strings.Contains(got, test.says) {
			t.Errorf("%s imports %s: %q, want %q", test.file, test.imported, got, test.says)
		}
	}
}

// TestToolsAreForTests holds the table against the rule that no package of the SDK imports a tool, nor what is for tests.
func TestToolsAreForTests(t *testing.T) {
	for folder, allowed := range layout {
		if isTool(folder) {
			continue
		}
		for _, imported := range allowed {
			if isTool(imported) || imported == "github.com/google/go-cmp" {
				t.Errorf("%s may import %s, which is for tests", folder, imported)
			}
		}
	}
	for folder, want := range map[string]bool{"event": false, "internal/show": false, "internal/lab": true, "internal/lab/labctl": true} {
		if isTool(folder) != want {
			t.Errorf("%s is a tool: %t, want %t", folder, !want, want)
		}
	}
}

func isTool(folder string) bool {
	return strings.HasPrefix(folder, "internal/") && !slices.Contains(shared, folder)
}

// TestModulesOfOthers has go.mod require what the layout names, and nothing else.
func TestModulesOfOthers(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	named := slices.Concat(forTests, slices.Concat(slices.Collect(maps.Values(layout))...))
	for _, m := range regexp.MustCompile(`(?m)^(?:require)?\s+(\S+\.\S+/\S+) v\S+$`).FindAllStringSubmatch(string(text), -1) {
		if !slices.Contains(named, m[1]) {
			t.Errorf("go.mod requires %s, which the layout does not name", m[1])
		}
	}
}

// TestLayoutIsDocumented holds the table of docs/architecture.md against the layout.
func TestLayoutIsDocumented(t *testing.T) {
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range wrongRows(os.DirFS("."), string(text)) {
		t.Error("docs/architecture.md: " + wrong)
	}
}

var (
	tableRow = regexp.MustCompile("(?m)^\\| (\\*?`[^|]*`\\*?) \\| .* \\| (.*) \\|$")
	quoted   = regexp.MustCompile("`([^`]+)`")
)

// wrongRows returns where the table in a document and the layout differ. Names of packages that are not written yet are in
// italics. A tool's packages are those of its folder.
func wrongRows(tree fs.FS, document string) (wrong []string) {
	_, document, _ = strings.Cut(document, "\n| package |")
	table, _, _ := strings.Cut(document, "\n\n")
	missing := maps.Clone(layout)
	for _, row := range tableRow.FindAllStringSubmatch(table, -1) {
		for _, name := range quoted.FindAllStringSubmatch(row[1], -1) {
			if problem := wrongRow(tree, name[1], row[2], strings.HasPrefix(row[1], "*")); problem != "" {
				wrong = append(wrong, name[1]+" "+problem)
			}
			maps.DeleteFunc(missing, func(folder string, _ []string) bool {
				return folder == name[1] || row[2] == "tool" && strings.HasPrefix(folder, name[1]+"/")
			})
		}
	}
	for folder := range missing {
		wrong = append(wrong, folder+" is in the layout alone")
	}
	return wrong
}

func wrongRow(tree fs.FS, folder, imports string, planned bool) string {
	sources, _ := fs.Glob(tree, path.Join(folder, "*.go"))
	switch allowed, known := layout[folder]; {
	case imports == "module":
		if !ownModule(tree, folder) {
			return "is no module of its own"
		}
	case planned != (len(sources) == 0):
		return fmt.Sprintf("has %d files; in italics, as what is planned: %t", len(sources), planned)
	case !known:
		return "is in no row of the layout"
	case isTool(folder) != (imports == "tool"):
		return fmt.Sprintf("is a tool by the layout: %t", isTool(folder))
	case imports != "tool":
		var named []string
		for _, name := range quoted.FindAllStringSubmatch(imports, -1) {
			named = append(named, name[1])
		}
		if slices.Sort(named); !slices.Equal(named, slices.Sorted(slices.Values(allowed))) {
			return fmt.Sprintf("may import %q, by the layout %q", named, allowed)
		}
	}
	return ""
}

func TestRowsThatDiffer(t *testing.T) {
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []struct{ from, to, says string }{
		{"| `transport`, `internal/ended`, `internal/producer`, `internal/show` |", "| `transport` |", "event may import"},
		{"| `transport`, `internal/ended`, `internal/producer`, `internal/show` |", "| `transport`, `internal/show`, `ami` |", "event may import"},
		{"| `fastagi` |", "| *`fastagi`* |", "fastagi has"},
		{"| `fastagi` |", "| `fast` |", "fastagi is in the layout alone"},
		{"| `internal/gen` |", "| `internal/render` |", "internal/gen/table is in the layout alone"},
		{"| `internal/show` | what", "| `internal/shown` | what", "internal/show is in the layout alone"},
		{"| `internal/sipua` |", "| `internal/lab` |", "internal/lab is no module"},
		{"`internal/leak`, ", "", "internal/leak is in the layout alone"},
	} {
		changed := strings.Replace(string(text), change.from, change.to, 1)
		if got := strings.Join(wrongRows(os.DirFS("."), changed), ", "); !strings.Contains(got, change.says) {
			t.Errorf("with %s: %q, want %q", change.to, got, change.says)
		}
	}
}
