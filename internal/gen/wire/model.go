// Package wire reads the Go types of a gateway's messages, and renders what others need of them: a JSON Schema, types for
// TypeScript, and a reference to read.
package wire

import (
	"fmt"
	"slices"
	"strings"
)

// Model is what the types of a package say.
type Model struct {
	Version string // of the protocol
	Types   []Type // in the order of their files and lines
}

// Type is a struct, or a named string or int with its constants.
type Type struct {
	Name   string
	Doc    string
	File   string
	Basic  string // string or integer; empty for a struct
	Values []Value
	Fields []Field
}

// Value is a constant of a Type.
type Value struct {
	Literal string // as JSON has it
	Doc     string
}

// Field is what an object of JSON may have.
type Field struct {
	Name     string
	Doc      string
	Of       string // name of a Type, or string, integer, unsigned, boolean, time, any
	List     bool
	Optional bool
	Enum     []string
	Pattern  string
	Hide     string // what Rights.Hide calls it
}

// message returns the value of the field type, which messages alone have.
func (t *Type) message() string {
	for _, f := range t.Fields {
		if f.Name == "type" && len(f.Enum) == 1 {
			return f.Enum[0]
		}
	}
	return ""
}

func (m *Model) find(name string) *Type {
	at := slices.IndexFunc(m.Types, func(t Type) bool { return t.Name == name })
	if at < 0 {
		return nil
	}
	return &m.Types[at]
}

// messages returns those of one direction: a message of a browser is in client.go.
func (m *Model) messages(client bool) (list []*Type) {
	for i := range m.Types {
		if t := &m.Types[i]; t.message() != "" && (t.File == "client.go") == client {
			list = append(list, t)
		}
	}
	return list
}

// kind is a kind of objects, and the type of their values.
type kind struct {
	name string
	of   *Type
}

// kinds takes the type of a kind from the name of its constant's comment: KindCall is a Call.
func (m *Model) kinds() (list []kind, err error) {
	kinds := m.find("Kind")
	if kinds == nil {
		return nil, fmt.Errorf("wire: there is no type Kind")
	}
	for _, v := range kinds.Values {
		of := m.find(v.Doc)
		if of == nil {
			return nil, fmt.Errorf("wire: kind %s: there is no type %q", v.Literal, v.Doc)
		}
		for _, f := range of.Fields {
			if slices.Contains([]string{"key", "kind", "revision"}, f.Name) {
				return nil, fmt.Errorf("wire: %s.%s: the client has another meaning for it", of.Name, f.Name)
			}
		}
		list = append(list, kind{strings.Trim(v.Literal, `"`), of})
	}
	return list, nil
}

// others returns the types that are neither messages nor values of a kind.
func (m *Model) others() (list []*Type, err error) {
	kinds, err := m.kinds()
	for i := range m.Types {
		t := &m.Types[i]
		if t.message() == "" && t.Name != "Object" && !slices.ContainsFunc(kinds, func(k kind) bool { return k.of == t }) {
			list = append(list, t)
		}
	}
	return list, err
}

func (m *Model) check() error {
	for _, t := range m.Types {
		for _, f := range t.Fields {
			if f.Doc == "" && f.Of == "any" {
				return fmt.Errorf("wire: %s.%s: any value, and nothing is said of it", t.Name, f.Name)
			}
			if !slices.Contains(basics, f.Of) && m.find(f.Of) == nil {
				return fmt.Errorf("wire: %s.%s: there is no type %s", t.Name, f.Name, f.Of)
			}
			if f.Hide != "" && !f.Optional {
				return fmt.Errorf("wire: %s.%s can be hidden, and has no omitempty", t.Name, f.Name)
			}
		}
		if t.Basic != "" && len(t.Values) == 0 {
			return fmt.Errorf("wire: %s has no constants", t.Name)
		}
	}
	_, err := m.kinds()
	return err
}
