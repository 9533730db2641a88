package wire

import (
	_ "embed"
	"fmt"
	"strings"
)

// api is what a page uses of client.js, written by hand: it is no part of the wire.
//
//go:embed api.d.ts
var api string

// TypeScript renders the types of messages and objects, and those of the client.
func (m *Model) TypeScript() ([]byte, error) {
	kinds, err := m.kinds()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "// %s\n\n%s\n", Source, strings.TrimSpace(api))
	b.WriteString("\n// What goes over the wire, version " + m.Version + ".\n\n")
	b.WriteString("/** A time as RFC 3339 has it: Date.parse reads it. */\nexport type Time = string;\n")
	for i := range m.Types {
		if t := &m.Types[i]; t.Name == "Object" {
			fmt.Fprintf(&b, "\n%sexport type Object = {\n\tkey: string;\n\trevision: number;\n} & (\n", comment("", t.Doc))
			for _, k := range kinds {
				fmt.Fprintf(&b, "\t| { kind: %q; value: %s }\n", k.name, k.of.Name)
			}
			b.WriteString(");\n")
		} else {
			t.typeScript(&b)
		}
	}
	b.WriteString("\n/** The type of the value of each kind of objects. */\nexport interface Values {\n")
	for _, k := range kinds {
		fmt.Fprintf(&b, "\t%s: %s;\n", k.name, k.of.Name)
	}
	b.WriteString("}\n")
	fmt.Fprintf(&b, "\n/** Any message of the browser. */\nexport type FromBrowser = %s;\n", union(m.messages(true)))
	fmt.Fprintf(&b, "\n/** Any message of the gateway. */\nexport type FromGateway = %s;\n", union(m.messages(false)))
	return []byte(b.String()), nil
}

func union(types []*Type) string {
	var names []string
	for _, t := range types {
		names = append(names, t.Name)
	}
	return strings.Join(names, " | ")
}

func (t *Type) typeScript(b *strings.Builder) {
	b.WriteString("\n" + comment("", t.Doc))
	if t.Basic != "" {
		fmt.Fprintf(b, "export type %s =", t.Name)
		for _, v := range t.Values {
			fmt.Fprintf(b, "\n%s\t| %s", comment("\t", v.Doc), v.Literal)
		}
		b.WriteString(";\n")
		return
	}
	fmt.Fprintf(b, "export interface %s {\n", t.Name)
	for _, f := range t.Fields {
		mark := ""
		if f.Optional {
			mark = "?"
		}
		fmt.Fprintf(b, "%s\t%s%s: %s;\n", comment("\t", f.Doc), f.Name, mark, f.typeScript())
	}
	b.WriteString("}\n")
}

func (f *Field) typeScript() string {
	of := f.Of
	switch of {
	case "integer", "unsigned":
		of = "number"
	case "time":
		of = "Time"
	case "any":
		of = "unknown"
	}
	if len(f.Enum) > 0 {
		of = `"` + strings.Join(f.Enum, `" | "`) + `"`
	}
	if f.List {
		of += "[]"
	}
	return of
}

func comment(indent, doc string) string {
	if doc == "" {
		return ""
	}
	return indent + "/** " + strings.ReplaceAll(doc, "*/", "* /") + " */\n"
}
