package gateway

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// mask is which fields of objects are left out, and how numbers are shown.
type mask struct {
	name   string
	fields map[field]bool // left out
	digits int            // that are shown of a number; 0 for all, negative for none
}

// field is a field of a kind, by its name in JSON or the word that it is tagged with.
type field struct {
	kind message.Kind
	word string
}

// kinds are the types of values.
var kinds = map[message.Kind]reflect.Type{
	message.KindSelf: reflect.TypeFor[message.Self](), message.KindServer: reflect.TypeFor[message.Server](), message.KindCall: reflect.TypeFor[message.Call](),
	message.KindParty: reflect.TypeFor[message.Party](), message.KindDevice: reflect.TypeFor[message.Device](), message.KindQueue: reflect.TypeFor[message.Queue](),
	message.KindMember: reflect.TypeFor[message.Member](), message.KindCaller: reflect.TypeFor[message.Caller](),
	message.KindConference: reflect.TypeFor[message.Conference](), message.KindParked: reflect.TypeFor[message.Parked](),
}

// newMask makes the mask of Rights; nil if nothing is hidden.
func newMask(hide []string, digits int) (*mask, error) {
	if len(hide) == 0 && digits == 0 {
		return nil, nil
	}
	m := &mask{fields: make(map[field]bool), digits: max(-1, digits)}
	words := slices.Clone(hide)
	slices.Sort(words)
	words = slices.Compact(words)
	for _, word := range words {
		kind, name, qualified := strings.Cut(word, ".")
		found := false
		for k, t := range kinds {
			if !qualified {
				name = word
			} else if string(k) != kind {
				continue
			}
			if optional(t, name) {
				found, m.fields[field{k, name}] = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("gateway: Rights.Hide: there is no field %q that can be left out", word)
		}
	}
	name, err := json.Marshal([]any{words, m.digits})
	m.name = string(name)
	return m, err
}

// String is the same for masks that hide the same.
func (m *mask) String() string {
	if m == nil {
		return ""
	}
	return m.name
}

// tags are the words of a field: its name in JSON, and that which it is tagged with. It can be left out if it may be absent.
func tags(f reflect.StructField) (name, word string, optional bool) {
	name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name, f.Tag.Get("field"), strings.HasPrefix(options, "omit") && name != "server"
}

// optional reports whether a type has a field of that name or tag that may be left out, also in what it has inside.
func optional(t reflect.Type, word string) bool {
	if word == "" {
		return false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, tag, may := tags(f)
		if may && (name == word || tag == word) {
			return true
		}
		if inner := within(f.Type); inner != nil && optional(inner, word) {
			return true
		}
	}
	return false
}

// within is the type of messages inside a field; nil for none.
func within(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct && t.PkgPath() == reflect.TypeFor[message.Self]().PkgPath() {
		return t
	}
	return nil
}

// apply hides what is to be hidden in a value that is nobody else's.
func (m *mask) apply(kind message.Kind, v reflect.Value) {
	var who message.Who
	if w := v.FieldByName("Who"); w.IsValid() {
		who = w.Interface().(message.Who)
	} else if v.Type() == reflect.TypeFor[message.Who]() {
		who = v.Interface().(message.Who)
	}
	for i := range v.NumField() {
		name, word, may := tags(v.Type().Field(i))
		of := v.Field(i)
		switch {
		case may && (m.fields[field{kind, name}] || m.fields[field{kind, word}]):
			of.SetZero()
		case of.Kind() == reflect.String && word == "number":
			of.SetString(m.number(of.String()))
		case of.Kind() == reflect.String && word == "name" && m.digits != 0 && who.Number != "":
			of.SetString(strings.ReplaceAll(of.String(), who.Number, m.number(who.Number))) // a number often stands in the name's place
		case within(of.Type()) == nil:
		case of.Kind() == reflect.Slice:
			for j := range of.Len() {
				m.apply(kind, of.Index(j))
			}
		default:
			m.apply(kind, of)
		}
	}
}

// number shows the last digits of a number.
func (m *mask) number(number string) string {
	if m.digits == 0 {
		return number
	}
	all := []rune(number)
	for i := range max(0, len(all)-max(0, m.digits)) {
		all[i] = '•'
	}
	return string(all)
}
