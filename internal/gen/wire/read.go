package wire

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

var basics = []string{"string", "integer", "unsigned", "boolean", "time", "any"}

// goTypes says what types of Go are in JSON.
var goTypes = map[string]string{"string": "string", "int": "integer", "uint64": "unsigned", "bool": "boolean", "time.Time": "time",
	"json.RawMessage": "any"}

// Read reads the types of the package in a folder.
func Read(folder fs.FS) (*Model, error) {
	files, err := fs.Glob(folder, "*.go") // sorted
	if err != nil {
		return nil, err
	}
	var r reader
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, file)
	}
	for _, add := range []func(string, *ast.GenDecl) error{r.types, r.constants} { // constants need their types
		for _, file := range parsed {
			name := path.Base(filepath.ToSlash(set.Position(file.Pos()).Filename))
			for _, decl := range file.Decls {
				if general, ok := decl.(*ast.GenDecl); ok {
					if err := add(name, general); err != nil {
						return nil, fmt.Errorf("wire: %s: %w", name, err)
					}
				}
			}
		}
	}
	if err := r.embed(); err != nil {
		return nil, err
	}
	return &r.model, r.model.check()
}

type reader struct{ model Model }

func (r *reader) types(file string, decl *ast.GenDecl) error {
	for _, spec := range decl.Specs {
		named, ok := spec.(*ast.TypeSpec)
		if !ok || !named.Name.IsExported() {
			continue
		}
		doc := named.Doc
		if doc == nil {
			doc = decl.Doc
		}
		t := Type{Name: named.Name.Name, Doc: prose(doc.Text()), File: file}
		switch of := named.Type.(type) {
		case *ast.Ident:
			t.Basic = goTypes[of.Name]
		case *ast.StructType:
			for _, f := range of.Fields.List {
				if err := t.add(f); err != nil {
					return fmt.Errorf("%s: %w", t.Name, err)
				}
			}
		default:
			return fmt.Errorf("%s is neither a struct nor a string or int", t.Name)
		}
		r.model.Types = append(r.model.Types, t)
	}
	return nil
}

// add reads a field. An embedded one has no name until embed.
func (t *Type) add(f *ast.Field) error {
	field := Field{Doc: prose(f.Doc.Text() + " " + f.Comment.Text())}
	expr := f.Type
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	if list, ok := expr.(*ast.ArrayType); ok {
		field.List, expr = true, list.Elt
	}
	field.Of = typeName(expr)
	if of, ok := goTypes[field.Of]; ok {
		field.Of = of
	}
	if len(f.Names) > 0 {
		if f.Tag == nil {
			return fmt.Errorf("%s has no tag", f.Names[0])
		}
		text, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			return err
		}
		tag := reflect.StructTag(text)
		name, options, _ := strings.Cut(tag.Get("json"), ",")
		if name == "" {
			return fmt.Errorf("%s has no name in JSON", f.Names[0])
		}
		field.Name, field.Optional = name, options != ""
		field.Pattern, field.Hide = tag.Get("pattern"), tag.Get("field")
		if enum := tag.Get("enum"); enum != "" {
			field.Enum = strings.Split(enum, ",")
		}
	}
	t.Fields = append(t.Fields, field)
	return nil
}

func typeName(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	}
	return ""
}

func (r *reader) constants(_ string, decl *ast.GenDecl) error {
	if decl.Tok != token.CONST {
		return nil
	}
	for _, spec := range decl.Specs {
		value := spec.(*ast.ValueSpec)
		literal, ok := value.Values[0].(*ast.BasicLit)
		if !ok {
			return fmt.Errorf("%s is no literal", value.Names[0])
		}
		if value.Names[0].Name == "Version" {
			r.model.Version = literal.Value
		}
		if value.Type == nil {
			continue
		}
		t := r.model.find(typeName(value.Type))
		if t == nil {
			return fmt.Errorf("%s: there is no type %s", value.Names[0], typeName(value.Type))
		}
		t.Values = append(t.Values, Value{Literal: literal.Value, Doc: prose(value.Doc.Text() + " " + value.Comment.Text())})
	}
	return nil
}

// embed puts the fields of embedded structs where JSON has them.
func (r *reader) embed() error {
	for i := range r.model.Types {
		t := &r.model.Types[i]
		var all []Field
		for _, f := range t.Fields {
			if f.Name != "" {
				all = append(all, f)
				continue
			}
			other := r.model.find(f.Of)
			if other == nil {
				return fmt.Errorf("wire: %s: there is no type %s", t.Name, f.Of)
			}
			all = append(all, other.Fields...)
		}
		t.Fields = all
	}
	return nil
}

var link = regexp.MustCompile(`\[([A-Z]\w*)\]`)

// prose is a comment in one line, without the marks of links.
func prose(comment string) string {
	return link.ReplaceAllString(strings.Join(strings.Fields(comment), " "), "$1")
}
