package event

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/transport"
)

// typed is a type of this package and what depends on it.
type typed struct {
	zero   Event
	filter Filter
	on     func(h *Handlers, f func(Event)) // has h call f
	marker bool                             // the hub makes it, no decoder does
}

func of[T Handled[T]]() typed {
	var zero T
	return typed{zero: zero, filter: Of[T](), on: func(h *Handlers, f func(Event)) { On(h, func(e T) { f(e) }) }}
}

func marker[T Handled[T]]() typed {
	t := of[T]()
	t.marker = true
	return t
}

func everyType() []typed {
	return append(everyGenerated(), marker[Connected](), marker[Gap](), marker[Synced]())
}

func TestEveryTypeIsInTheList(t *testing.T) {
	var listed []string
	for _, typ := range everyType() {
		listed = append(listed, reflect.TypeOf(typ.zero).Name())
	}
	slices.Sort(listed)
	if declared := typesWithName(t); !slices.Equal(listed, declared) {
		t.Errorf("everyType has %v,\nthe package has %v", listed, declared)
	}
}

// typesWithName returns the types of the source that declare EventName, but
// for Base and Raw.
func typesWithName(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "EventName" {
				if name, ok := f.Recv.List[0].Type.(*ast.Ident); ok && name.Name != "Base" && name.Name != "Raw" {
					names = append(names, name.Name)
				}
			}
		}
	}
	slices.Sort(names)
	return names
}

func TestDecodersMatchTheirTypes(t *testing.T) {
	for _, typ := range everyType() {
		name := typ.zero.EventName()
		if typ.marker {
			if decoderOf(name) != nil {
				t.Errorf("%s is decoded, but only the hub makes it", name)
			}
			continue
		}
		fields := transport.ParseFields("Event: " + name + "\r\nX: y\r\n")
		got := Decode(fields)
		if reflect.TypeOf(got) != reflect.TypeOf(typ.zero) {
			t.Errorf("Decode(%s) is a %T", name, got)
		}
		if got.EventName() != name || got.Fields() != fields {
			t.Errorf("Decode(%s) = %s with fields %q", name, got.EventName(), got.Fields())
		}
		if !strings.EqualFold(reflect.TypeOf(typ.zero).Name(), strings.ReplaceAll(name, "-", "")) {
			t.Errorf("%T is the event %s", typ.zero, name)
		}
	}
}

// A field of a type would hide a method of Base that is named like it, and two
// embedded structs with one name would take it away.
func TestNoFieldHidesAMethodOfBase(t *testing.T) {
	base := reflect.TypeFor[Base]()
	for _, typ := range everyType() {
		checkMethods(t, reflect.TypeOf(typ.zero), base)
	}
	checkMethods(t, reflect.TypeFor[Unknown](), base)
	checkMethods(t, reflect.TypeFor[Raw](), base)
}

func checkMethods(t *testing.T, typ, base reflect.Type) {
	t.Helper()
	if !typ.Implements(reflect.TypeFor[Event]()) {
		t.Errorf("%s is no Event", typ)
	}
	for i := range base.NumMethod() {
		method := base.Method(i)
		got, ok := typ.MethodByName(method.Name)
		if !ok || got.Type.NumIn() != method.Type.NumIn() || got.Type.NumOut() != method.Type.NumOut() || got.Type.Out(0) != method.Type.Out(0) {
			t.Errorf("%s has not the method %s of Base", typ, method.Name)
		}
		if field, ok := typ.FieldByName(method.Name); ok && field.Type != reflect.TypeFor[wireFields]() { // which is deeper than the method
			t.Errorf("%s has a field %s", typ, field.Name)
		}
	}
}

func TestBaseIsKept(t *testing.T) {
	received := time.Unix(1, 2)
	for _, typ := range everyType() {
		if typ.marker {
			continue
		}
		fields := transport.ParseFields("Event: " + typ.zero.EventName() + "\r\nOdd Line\r\nX: y\r\n")
		got := decode(Base{wire: wireOf(fields), epoch: 3, sequence: 4, received: received})
		if got.Fields() != fields || got.Epoch() != 3 || got.Sequence() != 4 || !got.Received().Equal(received) {
			t.Errorf("%T lost a part of its base: %v %d %d %v", got, got.Fields(), got.Epoch(), got.Sequence(), got.Received())
		}
	}
}

func TestOfEveryType(t *testing.T) {
	for _, typ := range everyType() {
		name := typ.zero.EventName()
		if !typ.filter.Match(transport.ParseFields("Event: " + name)) {
			t.Errorf("Of[%T] does not match %s", typ.zero, name)
		}
		for _, other := range everyType() {
			if other.zero.EventName() != name && typ.filter.Match(transport.ParseFields("Event: "+other.zero.EventName())) {
				t.Errorf("Of[%T] matches %s", typ.zero, other.zero.EventName())
			}
		}
	}
}
