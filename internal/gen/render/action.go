package render

import (
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/gen/table"
)

// Actions renders the files of package action, by name.
func Actions(actions []table.Action) (map[string][]byte, error) {
	files := make(map[string][]byte)
	for _, part := range parts(actions, func(a table.Action) string { return a.Name }) {
		var w writer
		for i := range part.all {
			if a := &part.all[i]; !a.Hand {
				actionType(&w, a)
				actionEncode(&w, a)
				listItem(&w, a)
				enumerations(&w, a)
			}
		}
		if err := w.file(files, "generated_"+part.name+".go", "action", "actions.txt"); err != nil {
			return nil, err
		}
	}
	var w, every writer
	specs(&w, actions)
	if err := w.file(files, "generated_specs.go", "action", "actions.txt"); err != nil {
		return nil, err
	}
	everyAction(&every, actions)
	return files, every.file(files, "generated_actions_test.go", "action_test", "actions.txt")
}

func actionType(w *writer, a *table.Action) {
	w.comment(a.Name + " " + a.Note + ". " + classes(a) + since(a.Since, a.Until) + mixed(a))
	w.line("// %s", actionPage(a))
	w.line("type %s struct {", a.Name)
	for _, f := range a.Parameters {
		note := f.Note
		if f.Required && mustBeSet(f) {
			note = strings.TrimSuffix("required: "+note, ": ")
		}
		if f.Since != "" {
			note = strings.TrimPrefix(note+"; "+versions(f.Since)+" and later", "; ")
		}
		w.line("%s %s%s", f.GoName(), parameterType(a, f), trailing(note))
	}
	w.line("}\n")
	w.line("// ActionName is %q.", a.Name)
	w.line("func (%s) ActionName() string { return %q }\n", a.Name, a.Name)
}

// mixed names the items of a list that is no [Lister].
func mixed(a *table.Action) string {
	switch {
	case len(a.Items) == 1 && a.Items[0] == a.End:
		return " The response's End is an [event." + a.End + "]."
	case len(a.Items) < 2:
		return ""
	}
	return " The list mixes [event." + strings.Join(a.Items, "], [event.") + "]."
}

func classes(a *table.Action) string {
	if a.Classes[0] == "none" {
		return "No class."
	}
	text := strings.Join(a.Classes, ", ")
	if at := strings.LastIndex(text, ", "); at >= 0 {
		text = text[:at] + " or " + text[at+2:]
	}
	return "Class " + text + "."
}

func actionPage(a *table.Action) string {
	edition := "Latest_API"
	if a.Until != "" {
		edition = "Asterisk_" + a.Until + "_Documentation"
	}
	return manual + edition + "/API_Documentation/AMI_Actions/" + a.Name + "/"
}

// mustBeSet tells required fields whose zero value says that they are missing;
// of numbers and switches, zero is a value.
func mustBeSet(f table.Field) bool {
	switch f.Kind.Name {
	case "text", "enum", "seconds", "milliseconds":
		return true
	}
	return false
}

func enumType(a *table.Action, f table.Field) string { return a.Name + f.GoName() }

func parameterType(a *table.Action, f table.Field) string {
	switch f.Kind.Name {
	case "enum":
		return enumType(a, f)
	}
	return f.Kind.GoType()
}

func actionEncode(w *writer, a *table.Action) {
	if len(a.Parameters) == 0 {
		w.line("// Encode adds nothing.")
		w.line("func (%s) Encode(*transport.Builder) error { return nil }\n", a.Name)
		return
	}
	var checks []string
	for _, f := range a.Parameters {
		if f.Required && mustBeSet(f) {
			value := "a." + f.GoName()
			switch f.Kind.Name {
			case "enum":
				value = "string(" + value + ")"
			case "seconds", "milliseconds":
				value = "milliseconds(" + value + ")"
			}
			checks = append(checks, fmt.Sprintf("%q, %s", f.GoName(), value))
		}
	}
	w.line("// Encode checks the fields and adds them.")
	w.line("func (a %s) Encode(b *transport.Builder) error {", a.Name)
	if checks != nil {
		w.line("if err := required(%q, %s); err != nil {\nreturn err\n}", a.Name, strings.Join(checks, ", "))
	}
	for _, f := range a.Parameters {
		if unit := map[string]string{"seconds": "time.Second", "milliseconds": "time.Millisecond"}[f.Kind.Name]; unit != "" {
			w.line("if err := whole(%q, %q, a.%s, %s); err != nil {\nreturn err\n}", a.Name, f.GoName(), f.GoName(), unit)
		}
	}
	for _, f := range a.Parameters {
		w.line("%s", header(f))
	}
	w.line("return nil\n}\n")
}

// header is the statement that adds the header of f.
func header(f table.Field) string {
	value := "a." + f.GoName()
	switch f.Kind.Name {
	case "text":
		return fmt.Sprintf("optional(b, %q, %s)", f.Key, value)
	case "enum":
		return fmt.Sprintf("optional(b, %q, string(%s))", f.Key, value)
	case "bool":
		return fmt.Sprintf("optional(b, %q, choose(%s, %q, \"\"))", f.Key, value, f.Kind.Args[0])
	case "switch":
		return fmt.Sprintf("b.Add(%q, choose(%s, %q, %q))", f.Key, value, f.Kind.Args[0], f.Kind.Args[1])
	case "names":
		return fmt.Sprintf("optional(b, %q, variableNames(%s))", f.Key, value)
	case "seconds":
		value = "int(" + value + " / time.Second)"
	case "milliseconds":
		value = "int(" + value + " / time.Millisecond)"
	case "cause":
		value = "int(" + value + ")"
	case "int":
	default:
		panic("no header of kind " + f.Kind.String()) // a bug in this program
	}
	if f.Required {
		return fmt.Sprintf("b.Add(%q, strconv.Itoa(%s))", f.Key, value)
	}
	return fmt.Sprintf("optional(b, %q, integer(%s))", f.Key, value)
}

func listItem(w *writer, a *table.Action) {
	if len(a.Items) == 1 && a.Items[0] != a.End {
		w.line("// ListItem is described at [Lister].")
		w.line("func (%s) ListItem(event.%s) {}\n", a.Name, table.GoName(a.Items[0]))
	}
}

func enumerations(w *writer, a *table.Action) {
	for _, f := range a.Parameters {
		if f.Kind.Name != "enum" {
			continue
		}
		name := enumType(a, f)
		w.line("// %s is a value of the field %s of [%s].", name, f.GoName(), a.Name)
		w.line("type %s string\n", name)
		w.line("// The values of %s.", name)
		w.line("const (")
		for _, value := range f.Kind.Args {
			w.line("%s%s %s = %q", name, table.GoName(value), name, value)
		}
		w.line(")\n")
	}
}

func specs(w *writer, actions []table.Action) {
	w.line("// specs has every action by its name; never written after start.")
	w.line("var specs = map[string]Spec{")
	for _, a := range actions {
		line := fmt.Sprintf("%q: {Name: %q", a.Name, a.Name)
		if class := classExpression(&a); class != "" {
			line += ", Class: " + class
		}
		if a.End != "" {
			line += fmt.Sprintf(", End: %q", a.End)
		}
		for _, flag := range a.Flags {
			if public(flag) {
				line += ", " + table.GoName(flag) + ": true"
			}
		}
		w.line("%s},", line)
	}
	w.line("}")
}

// public reports whether a flag is a field of Spec; the others are of use to
// sessions alone.
func public(flag string) bool { return flag == "slow" || flag == "session" }

// Forms renders the file of package session that says how actions are answered.
func Forms(actions []table.Action) (map[string][]byte, error) {
	var w writer
	w.line("// forms has every action whose answer has a form of its own, by its name; never written after start.")
	w.line("var forms = map[string]form{")
	for _, a := range actions {
		var flags []string
		for _, flag := range a.Flags {
			if !public(flag) {
				flags = append(flags, flag+": true")
			}
		}
		if len(flags) > 0 {
			w.line("%q: {%s},", a.Name, strings.Join(flags, ", "))
		}
	}
	w.line("}")
	files := make(map[string][]byte)
	return files, w.file(files, "generated_forms.go", "session", "actions.txt")
}

func classExpression(a *table.Action) string {
	var all []string
	for _, class := range a.Classes {
		if class != "none" {
			name := table.GoName(class)
			if len(class) <= 4 && class != "call" && class != "user" && class != "test" {
				name = strings.ToUpper(class)
			}
			all = append(all, "Class"+name)
		}
	}
	return strings.Join(all, " | ")
}

// everyAction renders a list of all actions for the tests: as they are, and with
// what is required filled in.
func everyAction(w *writer, actions []table.Action) {
	w.line("func everyAction() []filled {")
	w.line("return []filled{")
	for i := range actions {
		a := &actions[i]
		if a.Hand {
			w.line("{action.%s{}, hand[%q], %q, %q},", a.Name, a.Name, strings.Join(a.Docs, ","), strings.Join(a.Items, ","))
			continue
		}
		var fields []string
		for _, f := range a.Parameters {
			switch {
			case !f.Required:
			case f.Kind.Name == "text":
				fields = append(fields, fmt.Sprintf("%s: %q", f.GoName(), "x"))
			case f.Kind.Name == "seconds", f.Kind.Name == "milliseconds":
				fields = append(fields, f.GoName()+": time.Second")
			case f.Kind.Name == "enum":
				fields = append(fields, fmt.Sprintf("%s: action.%s%s", f.GoName(), enumType(a, f), table.GoName(f.Kind.Args[0])))
			}
		}
		w.line("{action.%s{}, action.%s{%s}, %q, %q},", a.Name, a.Name, strings.Join(fields, ", "), strings.Join(a.Docs, ","), strings.Join(a.Items, ","))
	}
	w.line("}\n}")
}
