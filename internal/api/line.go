package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// line is one exported name: what it belongs to in a CHANGELOG, as "ami.Config",
// and how it is declared.
type line struct{ name, text string }

// lines returns a line for each exported name of a package, sorted.
func lines(p *types.Package) (all []line) {
	add := func(name, format string, args ...any) {
		all = append(all, line{p.Name() + "." + name, "pkg " + title(p) + ", " + fmt.Sprintf(format, args...)})
	}
	for _, name := range p.Scope().Names() {
		object := p.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		switch o := object.(type) {
		case *types.Const:
			add(name, "const %s %s = %s", name, typeText(o.Type(), p), o.Val().ExactString())
		case *types.Var:
			add(name, "var %s %s", name, typeText(o.Type(), p))
		case *types.Func:
			add(name, "func %s%s", name, signature(o))
		case *types.TypeName:
			typeLines(o, add)
		}
	}
	slices.SortFunc(all, func(a, b line) int { return strings.Compare(a.text, b.text) })
	return all
}

func typeLines(o *types.TypeName, add func(name, format string, args ...any)) {
	head := "type " + o.Name()
	if o.IsAlias() {
		add(o.Name(), "%s = %s", head, typeText(types.Unalias(o.Type()), o.Pkg()))
		return
	}
	named := o.Type().(*types.Named)
	head += typeParameters(named.TypeParams())
	switch under := named.Underlying().(type) {
	case *types.Struct:
		add(o.Name(), "%s struct", head)
		for field := range under.Fields() {
			switch {
			case field.Embedded() && field.Exported():
				add(o.Name()+"."+field.Name(), "%s struct, embedded %s", head, typeText(field.Type(), o.Pkg()))
			case field.Exported():
				add(o.Name()+"."+field.Name(), "%s struct, %s %s", head, field.Name(), typeText(field.Type(), o.Pkg()))
			}
		}
	case *types.Interface:
		add(o.Name(), "%s interface", head)
		for i := range under.NumEmbeddeds() {
			add(o.Name(), "%s interface, embedded %s", head, typeText(under.EmbeddedType(i), o.Pkg()))
		}
		for method := range under.ExplicitMethods() {
			if method.Exported() {
				add(o.Name()+"."+method.Name(), "%s interface, %s%s", head, method.Name(), signature(method))
			} else {
				add(o.Name(), "%s interface, unexported methods", head)
			}
		}
	default:
		add(o.Name(), "%s %s", head, typeText(under, o.Pkg()))
	}
	for method := range named.Methods() {
		if method.Exported() {
			add(o.Name()+"."+method.Name(), "method (%s) %s%s", typeText(method.Signature().Recv().Type(), o.Pkg()), method.Name(), signature(method))
		}
	}
}

func typeParameters(list *types.TypeParamList) string {
	if list.Len() == 0 {
		return ""
	}
	var all []string
	for parameter := range list.TypeParams() {
		all = append(all, parameter.Obj().Name()+" "+typeText(parameter.Constraint(), parameter.Obj().Pkg()))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

func signature(f *types.Func) string {
	return strings.TrimPrefix(typeText(f.Signature(), f.Pkg()), "func")
}

// typeText is a type as its own package writes it.
func typeText(t types.Type, own *types.Package) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == own {
			return ""
		}
		return p.Name()
	})
}
