package asterisk_test

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/exported"
)

// stand says what guides mean by these, where they name a field or a method of it.
var stand = map[string]string{"s": "agi.Session", "client": "ami.Client", "conn": "ami.Conn", "sub": "event.Subscription", "Config": "ami.Config", "Server": "fastagi.Server"}

var (
	fenced    = regexp.MustCompile("(?ms)^```.*?^```")
	spanned   = regexp.MustCompile("`[^`\n]+`")
	qualified = regexp.MustCompile(`(?:^|[^\w./-])([a-zA-Z]+)\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)
	firstCell = regexp.MustCompile(`(?m)^\|[^|]*\|`)
)

// TestDocumentsName checks that what guides name in their text is there: ami.Check, s.GetData, Config.EventMask. TestDocumentsCompile
// does it for their code.
func TestDocumentsName(t *testing.T) {
	documents, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	known, names := scopes(t), 0
	for _, document := range append(documents, "README.md", "CONTRIBUTING.md") {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		missing, n := missingNames(document, string(text), known)
		names += n
		for _, name := range missing {
			t.Errorf("%s: there is no %s", document, name)
		}
	}
	if names < 200 {
		t.Errorf("%d names in the documents: are they still found?", names)
	}
}

// scopes returns what our packages export, by their last name.
func scopes(t *testing.T) map[string]*types.Scope {
	t.Helper()
	of := exported.Importer(token.NewFileSet(), exports(t))
	all := make(map[string]*types.Scope)
	for _, name := range packages {
		if !strings.HasPrefix(name, module) {
			continue
		}
		p, err := of.Import(name)
		if err != nil {
			t.Fatal(err)
		}
		all[p.Name()] = p.Scope()
	}
	return all
}

// missingNames returns the names in a document that nothing has, and how many names it has.
func missingNames(document, text string, known map[string]*types.Scope) (missing []string, names int) {
	text = fenced.ReplaceAllString(text, "")
	if path.Base(document) == "migrating.md" {
		text = firstCell.ReplaceAllString(text, "|") // what other libraries have
	}
	for _, span := range spanned.FindAllString(text, -1) {
		for _, name := range qualified.FindAllStringSubmatch(strings.Trim(span, "`"), -1) {
			meant := name[1]
			if of := stand[meant]; of != "" {
				meant = of
			}
			if of, ok := strings.CutSuffix(path.Base(document), ".md"); ok && name[1] == "Config" && known[of] != nil && known[of].Lookup("Config") != nil {
				meant = of + ".Config"
			}
			of := strings.Split(meant, ".")
			scope := known[of[0]]
			if scope == nil {
				continue // of another package, or a host
			}
			names++
			if !has(scope, append(append(of[1:], name[2]), name[3:]...)) {
				missing = append(missing, fmt.Sprintf("%s.%s", name[1], strings.TrimSuffix(name[2]+"."+name[3], ".")))
			}
		}
	}
	return missing, names
}

// has looks a name up, and what it names in that.
func has(scope *types.Scope, names []string) bool {
	object := scope.Lookup(names[0])
	for _, name := range names[1:] {
		if object == nil || name == "" {
			break
		}
		object, _, _ = types.LookupFieldOrMethod(types.NewPointer(object.Type()), true, object.Pkg(), name)
	}
	return object != nil
}

// The check finds what is not there, wherever a guide names it.
func TestDocumentsNameFinds(t *testing.T) {
	known := scopes(t)
	for text, want := range map[string]string{
		"`ami.Check` and `event.Of[event.Hangup]()`": "",
		"`ami.Nothing`":                           "ami.Nothing",
		"see `x`, `errors.Is(err, ami.ErrNone)`":  "ami.ErrNone",
		"`s.Dial(ctx, target)`, `s.Env.UniqueID`": "",
		"`s.Call`":                                "s.Call",
		"`s.Env.Nobody`":                          "s.Env.Nobody",
		"`Config.EventMask`, `Config.Masks`":      "Config.Masks",
		"`client.Stats()`, `client.Statistics()`": "client.Statistics",
		"ami.Nothing, `docs/ami.Nothing`, `pbx.Example`, `manager.conf`": "",
		"```go\nami.Nothing()\n```\n":                                    "",
	} {
		if got, _ := missingNames("docs/x.md", text, known); strings.Join(got, ", ") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got, _ := missingNames("docs/migrating.md", "| `ami.Nothing` | `ami.Check` |\n| `x` | `ami.None` |\n", known); strings.Join(got, ", ") != "ami.None" {
		t.Errorf("a table of another library's names: %q", got)
	}
}
