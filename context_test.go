package asterisk_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// endless are functions that take a context and do not wait with it.
var endless = map[string]bool{"agi Serve": true, "agi Stream.Send": true, "agi HandlerFunc.ServeAGI": true, "fastagi Mux.ServeAGI": true}

// TestContextTables: each exported function that takes a context stands in the table of its package, which holds it to
// the rule of internal/ended.
func TestContextTables(t *testing.T) {
	for _, folder := range []string{"ami", "ajam", "event", "agi", "fastagi", "agi/asyncagi"} {
		table, err := os.ReadFile(filepath.Join(folder, "context_test.go"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, name := range takesContext(t, folder) {
			method := name[strings.LastIndexByte(name, '.')+1:]
			of := strings.TrimSuffix(name, method)
			listed := strings.Contains(string(table), `"`+name+`"`) || of != "" && strings.Contains(string(table), `"`+of+`"`)
			if (of == "Conn." || of == "Client.") && folder == "ami" { // by the names that both have
				listed = listed || strings.Contains(string(table), `"`+method+`"`)
			}
			if !listed && !endless[folder+" "+name] {
				t.Errorf("%s/context_test.go has no line for %s", folder, name)
			}
		}
	}
}

// takesContext returns the exported functions of a package that take a context, methods as Type.Method.
func takesContext(t *testing.T, folder string) (names []string) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok && f.Name.IsExported() && hasContext(f.Type) {
				if of := receiver(f); ast.IsExported(of) {
					names = append(names, strings.TrimPrefix(of+"."+f.Name.Name, "X."))
				}
			}
		}
	}
	return names
}

func hasContext(f *ast.FuncType) bool {
	for _, parameter := range f.Params.List {
		if selector, ok := parameter.Type.(*ast.SelectorExpr); ok && selector.Sel.Name == "Context" {
			return true
		}
	}
	return false
}

// receiver is the type that a method is of, and X for a function.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return "X"
	}
	of := f.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	if name, ok := of.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}
