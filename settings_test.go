package asterisk_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// negatives are the settings in which a negative number does not mean the default, or the same as zero. Their comments say
// what it means. The behaviour is in TestNegativeSettings and TestExtremeSettings of the packages.
var negatives = map[string]string{
	"ami.Config.PingInterval":     "negative",
	"ami.Config.ActionSessions":   "or less",
	"ami.SubscribeConfig.Limit":   "negative",
	"event.SubscribeConfig.Limit": "negative",
	"fastagi.Server.MaxSessions":  "and less",
	"fastagi.Server.MaxWait":      "less than 0",
	"asyncagi.Server.MaxSessions": "and less",
	"asyncagi.Server.MaxWait":     "less than 0",
	"agitest.Config.Patience":     "less than 0",
}

// TestSettingsSayWhatNegativeMeans: a number or duration of a struct of settings has the default for zero, and says which
// that is; for a negative number it has the default, too, or says what that means.
func TestSettingsSayWhatNegativeMeans(t *testing.T) {
	rest := []string{}
	for name := range negatives {
		rest = append(rest, name)
	}
	for _, folder := range []string{"ami", "ajam", "event", "agi", "fastagi", "agi/asyncagi", "agi/agitest", "ami/gateway"} {
		for name, comment := range numbersOfSettings(t, folder) {
			says, special := negatives[name]
			if special && !strings.Contains(comment, says) {
				t.Errorf("%s does not say what %q means: %s", name, says, comment)
			}
			if !strings.Contains(comment, "0") && !strings.Contains(comment, "ero") && !strings.Contains(comment, "that of [Config]") {
				t.Errorf("%s does not say what 0 means: %s", name, comment)
			}
			if !special && (strings.Contains(comment, "egative") || strings.Contains(comment, "less than 0")) {
				t.Errorf("%s is not in the table, and says: %s", name, comment)
			}
			rest = slices.DeleteFunc(rest, func(other string) bool { return other == name })
		}
	}
	if len(rest) > 0 {
		t.Errorf("there are no such settings: %v", rest)
	}
}

// numbersOfSettings returns the comments of exported numbers and durations in structs of settings.
func numbersOfSettings(t *testing.T, folder string) map[string]string {
	comments := make(map[string]string)
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || !slices.Contains([]string{"Config", "SubscribeConfig", "Server", "Script"}, spec.Name.Name) {
				return !ok
			}
			if of, ok := spec.Type.(*ast.StructType); ok && !strings.HasSuffix(file, "_test.go") {
				for _, field := range of.Fields.List {
					if isNumber(field.Type) && field.Names[0].IsExported() {
						comments[parsed.Name.Name+"."+spec.Name.Name+"."+field.Names[0].Name] = strings.Join(strings.Fields(field.Doc.Text()+" "+field.Comment.Text()), " ")
					}
				}
			}
			return false
		})
	}
	return comments
}

func isNumber(of ast.Expr) bool {
	switch of := of.(type) {
	case *ast.Ident:
		return of.Name == "int" || of.Name == "int64" || of.Name == "float64"
	case *ast.SelectorExpr:
		return of.Sel.Name == "Duration"
	}
	return false
}
