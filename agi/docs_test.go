package agi_test

import (
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// reference is where the page of each command is.
const reference = "https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/"

// documentation is that of the package in a folder, without its tests.
func documentation(t *testing.T, dir string) *doc.Package {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	pkg, err := doc.NewFromFiles(fset, files, "github.com/asterisk-go/asterisk-go/agi")
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func typeOf(t *testing.T, pkg *doc.Package, name string) *doc.Type {
	t.Helper()
	i := slices.IndexFunc(pkg.Types, func(typ *doc.Type) bool { return typ.Name == name })
	if i < 0 {
		t.Fatalf("no type %s", name)
	}
	return pkg.Types[i]
}

// agiCommands are those of Asterisk's own documentation, 16 and 22.
func agiCommands(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../internal/gen/spec/agi.txt")
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "command "); ok {
			name, _, _ := strings.Cut(rest, " | ")
			commands = append(commands, name)
		}
	}
	if len(commands) < 40 {
		t.Fatalf("%d commands in the table", len(commands))
	}
	return commands
}

// pageOf is where a command's page is.
func pageOf(command string) string {
	return reference + strings.ReplaceAll(strings.ToLower(command), " ", "_") + "/"
}

// links are the texts of a comment that lead to the reference, as pkgsite shows
// them, and where.
func links(pkg *doc.Package, text string) map[string]string {
	found := make(map[string]string)
	for _, block := range pkg.Parser().Parse(text).Content {
		paragraph, ok := block.(*comment.Paragraph)
		if !ok {
			continue
		}
		for _, part := range paragraph.Text {
			if link, ok := part.(*comment.Link); ok && strings.HasPrefix(link.URL, reference) {
				var name strings.Builder
				for _, word := range link.Text {
					if plain, ok := word.(comment.Plain); ok {
						name.WriteString(string(plain))
					}
				}
				found[strings.Join(strings.Fields(name.String()), " ")] = link.URL
			}
		}
	}
	return found
}

// Who knows a command finds its method, and from there Asterisk's own page.
func TestEveryCommandIsDocumented(t *testing.T) {
	pkg := documentation(t, ".")
	session := typeOf(t, pkg, "Session")
	for _, command := range agiCommands(t) {
		if !slices.ContainsFunc(session.Methods, func(m *doc.Func) bool { return links(pkg, m.Doc)[command] == pageOf(command) }) {
			t.Errorf("no method of Session names [%s] with a link to %s", command, pageOf(command))
		}
	}
}

// Each method says which commands it sends, except Do, which sends any.
func TestEveryMethodNamesItsCommand(t *testing.T) {
	pkg := documentation(t, ".")
	commands := agiCommands(t)
	for _, m := range typeOf(t, pkg, "Session").Methods {
		named := links(pkg, m.Doc)
		if len(named) == 0 && m.Name != "Do" {
			t.Errorf("%s names no command", m.Name)
		}
		for command, page := range named {
			if !slices.Contains(commands, command) || page != pageOf(command) {
				t.Errorf("%s: [%s] leads to %s, want %s", m.Name, command, page, pageOf(command))
			}
		}
		if defined := strings.Count(m.Doc, reference); defined != len(named) {
			t.Errorf("%s defines %d links and uses %d", m.Name, defined, len(named))
		}
	}
}

// Who knows a line of the environment finds its field.
func TestEnvNamesItsKeys(t *testing.T) {
	keys := []string{"agi_network", "agi_network_script", "agi_request", "agi_channel", "agi_language", "agi_type",
		"agi_uniqueid", "agi_version", "agi_callerid", "agi_calleridname", "agi_callingpres", "agi_callingani2",
		"agi_callington", "agi_callingtns", "agi_dnid", "agi_rdnis", "agi_context", "agi_extension", "agi_priority",
		"agi_enhanced", "agi_accountcode", "agi_threadid", "agi_arg_1"}
	named := make(map[string]string)
	for field, comment := range fieldsOf(t, typeOf(t, documentation(t, "."), "Env")) {
		found := regexp.MustCompile(`agi_[a-z0-9_]*[a-z0-9]`).FindString(comment)
		if found == "" {
			t.Errorf("Env.%s does not name its key", field)
		}
		named[found] = field
	}
	for _, key := range keys {
		if named[key] == "" {
			t.Errorf("no field of Env begins its comment with %s", key)
		}
	}
}

// fieldsOf are the exported fields of a struct and their comments.
func fieldsOf(t *testing.T, typ *doc.Type) map[string]string {
	t.Helper()
	fields := make(map[string]string)
	ast.Inspect(typ.Decl, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		for _, name := range field.Names {
			if name.IsExported() {
				fields[name.Name] = field.Doc.Text() + field.Comment.Text()
			}
		}
		return true
	})
	if len(fields) == 0 {
		t.Fatalf("%s has no fields", typ.Name)
	}
	return fields
}

// More than two texts in a row say nothing where they are written: the third
// goes into a struct. Those whose order Asterisk has fixed and that are all
// required stay.
func TestNoRowOfTexts(t *testing.T) {
	fixed := map[string]string{
		"DatabasePut": "family, key and value are those of DATABASE PUT, and none may be left out",
	}
	for _, dir := range []string{".", "agitest", "asyncagi", "../fastagi"} {
		for _, f := range functionsOf(documentation(t, dir)) {
			if row := longestRow(f.Decl.Type.Params); row > 2 && fixed[f.Name] == "" {
				t.Errorf("%s/%s takes %d texts in a row", dir, f.Name, row)
			}
		}
	}
}

func longestRow(parameters *ast.FieldList) (longest int) {
	row := 0
	for _, field := range parameters.List {
		if typ, ok := field.Type.(*ast.Ident); !ok || typ.Name != "string" {
			row = 0
			continue
		}
		row += max(len(field.Names), 1)
		longest = max(longest, row)
	}
	return longest
}

func functionsOf(pkg *doc.Package) []*doc.Func {
	all := slices.Clone(pkg.Funcs)
	for _, typ := range pkg.Types {
		all = append(all, typ.Funcs...)
		all = append(all, typ.Methods...)
	}
	return all
}

// The package comment leads to everything that a handler can do.
func TestContentsAreComplete(t *testing.T) {
	pkg := documentation(t, ".")
	for _, m := range typeOf(t, pkg, "Session").Methods {
		if !strings.Contains(pkg.Doc, "[Session."+m.Name+"]") {
			t.Errorf("the package comment has no [Session.%s]", m.Name)
		}
	}
	for _, f := range functionsOf(pkg) {
		if f.Recv == "" && !strings.Contains(pkg.Doc, "["+f.Name+"]") {
			t.Errorf("the package comment has no [%s]", f.Name)
		}
	}
}
