package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fromSource is a package as load returns it, which imports nothing.
func fromSource(t *testing.T, path, source string) *types.Package {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	p, err := new(types.Config).Check(path, set, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const small = `package event
type Doubt uint
const DoubtCut Doubt = 1
const Limit = 7
var Err error
type Filter struct { Name string; hidden int }
func (f *Filter) Match(text string) bool { return false }
type Gap struct { Filter; Missed int }
type Event interface { Doubt() Doubt; private() }
type List[E any] []E
type Same = Filter
func Of[E Event](all ...E) (Filter, error) { return Filter{}, nil }
func hidden() {}
`

func TestLines(t *testing.T) {
	want := map[string]string{
		"pkg event, const DoubtCut Doubt = 1":                   "event.DoubtCut",
		"pkg event, const Limit untyped int = 7":                "event.Limit",
		"pkg event, func Of[E Event](all ...E) (Filter, error)": "event.Of",
		"pkg event, method (*Filter) Match(text string) bool":   "event.Filter.Match",
		"pkg event, type Doubt uint":                            "event.Doubt",
		"pkg event, type Event interface":                       "event.Event",
		"pkg event, type Event interface, Doubt() Doubt":        "event.Event.Doubt",
		"pkg event, type Event interface, unexported methods":   "event.Event",
		"pkg event, type Filter struct":                         "event.Filter",
		"pkg event, type Filter struct, Name string":            "event.Filter.Name",
		"pkg event, type Gap struct":                            "event.Gap",
		"pkg event, type Gap struct, Missed int":                "event.Gap.Missed",
		"pkg event, type Gap struct, embedded Filter":           "event.Gap.Filter",
		"pkg event, type List[E any] []E":                       "event.List",
		"pkg event, type Same = Filter":                         "event.Same",
		"pkg event, var Err error":                              "event.Err",
	}
	for _, l := range lines(fromSource(t, module+"/event", small)) {
		if want[l.text] != l.name {
			t.Errorf("%q has the name %s, want %q", l.text, l.name, want[l.text])
		}
		delete(want, l.text)
	}
	for text := range want {
		t.Errorf("no line %q", text)
	}
}

// What has gone is named as it was.
func TestNameOf(t *testing.T) {
	packages, err := load("../..")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, p := range packages {
		for _, l := range lines(p) {
			count++
			if got := nameOf(l.text); got != l.name {
				t.Fatalf("nameOf(%q) = %s, want %s", l.text, got, l.name)
			}
		}
	}
	if count < 4000 {
		t.Errorf("the module has %d names", count)
	}
}

func TestNameFaults(t *testing.T) {
	for source, want := range map[string]string{
		"package x; type A struct { UniqueID, Uniqueid int }":                                                                               "UniqueID and Uniqueid differ",
		"package x; func Hold(); type T struct{}; func (T) HOLD() {}":                                                                       "HOLD and Hold differ",
		"package fastagi; type State int; const Active State = 1":                                                                           "Active: the constants of fastagi.State",
		"package fastagi; type State int; const Statement State = 1":                                                                        "Statement: the constants of fastagi.State",
		"package ami; type Result string; type Readable string; const ResultNo Readable = \"\"; const ResultBusy Result = \"\"":             "ResultNo: the constants of ami.Result, and no others",
		"package x; type Colour int; const ColourRed Colour = 1":                                                                            "lacks x.Colour",
		"package action; type LoadType string; type ConfigAction string; const LoadLoad LoadType = \"\"; const LoadNew ConfigAction = \"\"": "LoadNew: the constants of action.LoadType, and no others",
	} {
		source = strings.ReplaceAll(source, "func Hold();", "func Hold() {};")
		if err := errors.Join(nameFaults([]*types.Package{fromSource(t, module+"/x", source)})...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", source, err, want)
		}
	}
	for _, source := range []string{small, "package fastagi; type State int; const StateNew State = 1; const DefaultLimit = 2"} {
		p := fromSource(t, module+"/x", source)
		if faults := append(caseFaults([]*types.Package{p}), prefixFaults(p, map[string]bool{})...); len(faults) > 0 {
			t.Errorf("%s: %v", source, faults)
		}
	}
}

// A name that comes, goes or changes is a fault until the record and the
// CHANGELOG have it.
func TestRecord(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "api"), 0o755); err != nil {
		t.Fatal(err)
	}
	logged := func(text string) {
		if err := os.WriteFile(filepath.Join(root, "CHANGELOG.md"), []byte("# Changelog\n\n## Unreleased\n\n"+text+"\n\n## 0.1.0\n\nevent.Filter\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	must := func(err error) {
		if t.Helper(); err != nil {
			t.Fatal(err)
		}
	}
	logged("")
	before := []*types.Package{fromSource(t, module+"/event", small)}
	must(release(root, before))
	if faults := recordFaults(root, before); len(faults) > 0 {
		t.Fatalf("after a release: %v", faults)
	}
	after := []*types.Package{fromSource(t, module+"/event", strings.Replace(small, "Missed int", "Missed int64", 1))}
	wantFaults := func(want ...string) {
		t.Helper()
		faults := recordFaults(root, after)
		for _, text := range want {
			if !slices.ContainsFunc(faults, func(err error) bool { return strings.Contains(err.Error(), text) }) {
				t.Errorf("faults are %v, want %q", faults, text)
			}
		}
		if len(want) == 0 && len(faults) > 0 {
			t.Errorf("faults are %v", faults)
		}
	}
	wantFaults(`"+pkg event, type Gap struct, Missed int64" is not in api/next.txt`, `"-pkg event, type Gap struct, Missed int" is not in`, "does not name event.Gap.Missed")
	must(update(root, after))
	wantFaults("does not name event.Gap.Missed")
	logged("- `event.Gap.Missed2` and eventXGap.")
	wantFaults("does not name event.Gap.Missed")
	logged("- `event.Gap.Missed` counts further.")
	wantFaults()
	logged("- All of `event.Gap` is new.")
	wantFaults()
	after = before
	wantFaults("which is no change")
}
