package gateway

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// render is the JSON of a value as it is seen, in MaxValue bytes at most.
func (o *object) render(of variant) []byte {
	v := clone(o.value)
	o.redact(v.Interface(), of)
	if of.mask != nil {
		of.mask.apply(o.kind, v.Elem())
	}
	for limit := message.MaxText; ; limit /= 2 {
		data, err := json.Marshal(v.Interface())
		if err != nil { // there is nothing in a value that has no JSON
			return []byte("null")
		}
		if len(data) <= message.MaxValue || limit == 0 {
			return data
		}
		shorten(v.Elem(), limit/2, limit <= shortLists)
	}
}

// shortLists is how short texts are before lists are made shorter, too.
const shortLists = 16

// clone copies a value with its lists.
func clone(value any) reflect.Value {
	v := reflect.New(reflect.TypeOf(value).Elem())
	v.Elem().Set(reflect.ValueOf(value).Elem())
	for i := range v.Elem().NumField() {
		if f := v.Elem().Field(i); f.Kind() == reflect.Slice && f.Len() > 0 {
			f.Set(reflect.AppendSlice(reflect.MakeSlice(f.Type(), 0, f.Len()), f))
		}
	}
	return v
}

// redact takes away what only those see who see certain devices, and cuts lists.
func (o *object) redact(value any, of variant) {
	listed := func(i int) bool { return i < len(o.shares) && of.listed&(1<<i) != 0 }
	named := func(i int) bool { return i < len(o.shares) && of.named&(1<<i) != 0 }
	switch v := value.(type) {
	case *message.Call:
		v.With = few(v.With, maxWith, listed, func(s *message.Share, i int) {
			if !named(i) {
				s.Key, s.Device = "", ""
			}
		})
	case *message.Conference:
		v.With = few(v.With, maxWith, listed, func(p *message.Participant, i int) {
			if !named(i) {
				p.Party = ""
			}
		})
	case *message.Caller:
		if !named(0) {
			v.Party = ""
		}
	case *message.Parked:
		if !named(0) {
			v.Party = ""
		}
	}
}

const maxWith = 8 // in a Call and a Conference

// few is the first elements of a list that are seen.
func few[T any](all []T, most int, listed func(int) bool, redact func(*T, int)) []T {
	var some []T
	for i := range all {
		if listed(i) && len(some) < most {
			redact(&all[i], i)
			some = append(some, all[i])
		}
	}
	return some
}

// shorten cuts texts but keys, and makes lists half as long.
func shorten(v reflect.Value, limit int, lists bool) {
	for i := range v.NumField() {
		name, _, _ := tags(v.Type().Field(i))
		f := v.Field(i)
		switch {
		case f.Kind() == reflect.String && !slices.Contains(uncut, name):
			f.SetString(cut(f.String(), limit))
		case f.Kind() == reflect.Slice:
			if lists {
				f.SetLen(f.Len() / 2)
			}
			if within(f.Type()) != nil {
				for j := range f.Len() {
					shorten(f.Index(j), limit, lists)
				}
			}
		case within(f.Type()) != nil:
			shorten(f, limit, lists)
		}
	}
}

// uncut are the fields that name objects, or a word of ours.
var uncut = []string{"key", "call", "party", "mergedInto", "state", "direction", "side", "ending", "result", "recording", "status"}

// text is a text of a stranger as it may be shown.
func text(s string) string { return cut(s, message.MaxText) }

// cut makes a text valid and no longer than so many characters.
func cut(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	if most <= 0 {
		return ""
	}
	return string([]rune(s)[:most-1]) + "…"
}
