package asterisk_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/exported"
)

// known is what the snippets of the documents take as given.
const known = `
var (
	ctx    context.Context
	client *ami.Client
	config %s.Config
	secret string
	data   []byte
	file   *os.File
	pool   *x509.CertPool
	s      *agi.Session
	t      *testing.T
	ivr    agi.HandlerFunc
	trunk  string
	isPhone func(string) bool
	call   *ami.Origination
	model  *live.Model
	id     string
)
`

// packages are those that snippets use by their names.
var packages = []string{"context", "crypto/tls", "crypto/x509", "encoding/json", "errors", "expvar", "fmt", "log", "log/slog", "net/http", "os", "os/signal", "strings", "syscall", "testing", "testing/synctest", "time",
	module, module + "/agi", module + "/agi/agitest", module + "/agi/asyncagi", module + "/ajam", module + "/ami", module + "/ami/action",
	module + "/ami/amitest", module + "/ami/gateway", module + "/ami/live", module + "/event", module + "/fastagi", module + "/pbxtest", module + "/transport"}

// TestDocumentsCompile checks the types of every Go snippet of README and docs. Those of a document are one package: types
// and functions are known to the others, and statements are the body of a function each. What a snippet declares and does
// not use is no fault, for it is for the reader to use.
func TestDocumentsCompile(t *testing.T) {
	documents, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	built := exports(t)
	snippets := 0
	for _, document := range append(documents, "README.md") {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		source, n := program(document, string(text))
		snippets += n
		for _, fault := range check(source, built) {
			t.Error(fault)
		}
	}
	if snippets < 25 {
		t.Errorf("%d snippets in README and docs, want some 30: are they still found?", snippets)
	}
}

// program makes a Go file of the snippets of a document, and counts them.
func program(document, text string) (source string, snippets int) {
	var declarations, functions strings.Builder
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if lines[i] != "```go" {
			continue
		}
		snippets++
		var statements strings.Builder
		for i++; i < len(lines) && lines[i] != "```"; i++ {
			line := fmt.Sprintf("//line %s:%d\n%s\n", document, i+1, lines[i])
			if !strings.HasPrefix(lines[i], "type ") && !strings.HasPrefix(lines[i], "func ") {
				statements.WriteString(line)
				continue
			}
			declarations.WriteString(line)
			for open := strings.HasSuffix(lines[i], "{"); open && i+1 < len(lines); open = lines[i] != "}" {
				i++
				declarations.WriteString(lines[i] + "\n")
			}
		}
		fmt.Fprintf(&functions, "func _() error {\n%s\nreturn nil\n}\n", &statements)
	}
	return "package snippets\n" + imports() + given(document) + declarations.String() + functions.String(), snippets
}

func imports() string {
	return "import (\n\"" + strings.Join(packages, "\"\n\"") + "\"\n)\n"
}

func given(document string) string {
	if document == filepath.Join("docs", "ajam.md") {
		return fmt.Sprintf(known, "ajam")
	}
	return fmt.Sprintf(known, "ami")
}

// exports builds the packages, once for all tests, and returns those with all that they import.
func exports(t *testing.T) []exported.Package {
	t.Helper()
	built, err := exportsOnce()
	if err != nil {
		t.Fatal(err)
	}
	return built
}

var exportsOnce = sync.OnceValues(func() ([]exported.Package, error) {
	return exported.List(".", slices.Concat(asBuilt(), packages)...)
})

// asBuilt are the flags with which the packages have been built for this test already.
func asBuilt() []string {
	info, ok := debug.ReadBuildInfo()
	if ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		return []string{"-race"}
	}
	return nil
}

// check returns what the compiler would refuse.
func check(source string, built []exported.Package) (faults []error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", source, parser.SkipObjectResolution)
	if err != nil {
		return []error{err}
	}
	config := types.Config{
		Importer: exported.Importer(set, built),
		Error: func(err error) {
			if e, ok := err.(types.Error); !ok || !e.Soft {
				faults = append(faults, err)
			}
		},
	}
	if _, err := config.Check("snippets", set, []*ast.File{file}, nil); err != nil && len(faults) == 0 && !soft(err) {
		return []error{err}
	}
	return faults
}

func soft(err error) bool {
	e, ok := err.(types.Error)
	return ok && e.Soft
}

// The check finds what is wrong in a snippet, and where.
func TestDocumentsCompileFinds(t *testing.T) {
	built := exports(t)
	for snippet, want := range map[string]string{
		"client.Dial()":                            "docs/x.md:2: client.Dial undefined",
		"x := ami.Nothing\n_ = x":                  "docs/x.md:2: undefined: ami.Nothing",
		"for ev := range {":                        "docs/x.md:2",
		"type T struct {\n\tA Missing\n}\nvar x T": "docs/x.md:3: undefined: Missing",
		"unused, err := client.Do(ctx, nil)":       "",
		"func f() int { return 1 }\nf()":           "",
	} {
		source, n := program(filepath.Join("docs", "x.md"), "```go\n"+snippet+"\n```\n")
		faults := check(source, built)
		if n != 1 || (want == "") != (len(faults) == 0) ||
			want != "" && !slices.ContainsFunc(faults, func(err error) bool { return strings.HasPrefix(err.Error(), want) }) {
			t.Errorf("%q: %v, want %q", snippet, faults, want)
		}
	}
}
