package event

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/compare"
)

// What is encoded from the typed fields alone decodes to the same value: for
// every type and any value that its fields can hold. A field without its
// assignment in the decoder fails here.
func TestRoundTrip(t *testing.T) {
	for _, typ := range everyType() {
		if typ.marker {
			continue
		}
		for seed := range uint64(20) {
			f := filler{rand.New(rand.NewPCG(seed, 1)), typ.zero.EventName()}
			value := reflect.New(reflect.TypeOf(typ.zero)).Elem()
			f.fill(value, "")
			wantBack(t, value.Interface().(Event), seed)
		}
	}
}

// The zero value has null literals and empty values on the wire.
func TestRoundTripOfZero(t *testing.T) {
	for _, typ := range everyType() {
		if !typ.marker {
			wantBack(t, typ.zero, 0)
		}
	}
}

func wantBack(t *testing.T, want Event, seed uint64) {
	t.Helper()
	fields, err := Encode(want)
	if err != nil {
		t.Errorf("Encode(%T), seed %d: %v", want, seed, err)
		return
	}
	got, left := DecodeStrict(fields)
	if len(left) > 0 {
		t.Errorf("%T: no place for %q", want, left)
	}
	if diff := compare.Diff(withoutBase(want), withoutBase(got)); diff != "" {
		t.Errorf("%T, seed %d, differs (-want +got):\n%s\nas\n%s", want, seed, diff, fields)
	}
}

// An escaped value may hold what no other can: line breaks.
func TestRoundTripOfLineBreaks(t *testing.T) {
	escaped := 0
	for _, typ := range everyType() {
		if typ.marker {
			continue
		}
		for _, index := range stringFields(reflect.TypeOf(typ.zero), nil) {
			value := reflect.New(reflect.TypeOf(typ.zero)).Elem()
			value.FieldByIndex(index).SetString("a\r\nEvent: Hangup\r\n\r\n?\\")
			if _, err := Encode(value.Interface().(Event)); err == nil {
				escaped++
				wantBack(t, value.Interface().(Event), 0)
			}
		}
	}
	if escaped < 200 { // two of every channel snapshot, and some more
		t.Errorf("%d fields are escaped", escaped)
	}
}

func stringFields(typ reflect.Type, at []int) [][]int {
	var all [][]int
	for i := range typ.NumField() {
		index := append(at[:len(at):len(at)], i)
		switch field := typ.Field(i); {
		case field.Type == reflect.TypeFor[Base]():
		case field.Type.Kind() == reflect.Struct && field.Type != reflect.TypeFor[time.Time]():
			all = append(all, stringFields(field.Type, index)...)
		case field.Type.Kind() == reflect.String:
			all = append(all, index)
		}
	}
	return all
}

// filler sets every field to a value other than zero that its kind can hold.
type filler struct {
	*rand.Rand
	event string
}

func (f filler) fill(v reflect.Value, name string) {
	switch v.Interface().(type) {
	case Base:
		return
	case Entry:
		v.Set(reflect.ValueOf(Entry{f.entryKey(name), f.text()}))
		return
	case ChannelVariable:
		v.Set(reflect.ValueOf(ChannelVariable{"PJSIP/10.0.0.1:5060-1", asterisk.Variable{Name: "A", Value: "b=" + f.text()}}))
		return
	case asterisk.Variable:
		v.Set(reflect.ValueOf(asterisk.Variable{Name: "A", Value: f.text()}))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 1, 1+f.IntN(28), 12, f.IntN(60), f.IntN(60), 0, time.Local)))
		return
	case time.Duration:
		v.SetInt(int64(time.Duration(1+f.IntN(100000)) * time.Second))
		return
	case asterisk.DeviceState:
		v.SetInt(1 + f.Int64N(8))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), v.Type().Field(i).Name)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+f.IntN(3), 3))
		for i := range v.Len() {
			f.fill(v.Index(i), name)
		}
	case reflect.String:
		v.SetString(f.text())
	case reflect.Int, reflect.Int64:
		v.SetInt(1 + f.Int64N(1<<31-1))
	case reflect.Uint64:
		v.SetUint(1 << f.IntN(64))
	case reflect.Float64:
		v.SetFloat(float64(1+f.IntN(1000)) / 2)
	case reflect.Bool:
		v.SetBool(true)
	default:
		panic(fmt.Sprintf("%s.%s is a %s", f.event, name, v.Type()))
	}
}

func (f filler) entryKey(field string) string {
	switch field {
	case "ChargeUnits":
		return fmt.Sprintf("Charge/Units(%d)/NumberOf", f.IntN(3))
	case "Rates":
		return fmt.Sprintf("Rates(%d)/Duration/Currency/Name", f.IntN(3))
	}
	return fmt.Sprintf("Zz%d", f.IntN(1000))
}

// text is hostile, but without what no value on the wire can hold.
func (f filler) text() string {
	pieces := []string{"None", "none", "a", " ", ": ", "Event: Hangup", `\`, `\n`, `'`, `"`, "?", "\t", "\a", "\x01", "\xff", "ü", "=", ",", "(", ")", "0", "%0A", "<", ">"}
	var b strings.Builder
	for range 1 + f.IntN(5) {
		b.WriteString(pieces[f.IntN(len(pieces))])
	}
	return b.String()
}

// withoutBase copies ev without what it was decoded from, and with times of one
// zone.
func withoutBase(ev Event) Event {
	v := reflect.New(reflect.TypeOf(ev)).Elem()
	v.Set(reflect.ValueOf(ev))
	v.FieldByName("Base").SetZero()
	for i := range v.NumField() {
		if at, ok := v.Field(i).Interface().(time.Time); ok {
			v.Field(i).Set(reflect.ValueOf(at.UTC()))
		}
	}
	return v.Interface().(Event)
}
