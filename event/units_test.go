package event

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/compare"
	"github.com/asterisk-go/asterisk-go/transport"
)

// TestUnits decodes sample values of every number, duration, time, flag and
// enumeration of the events that docs/coverage.md calls seen, and compares
// with testdata/units.txt, which was written by hand.
func TestUnits(t *testing.T) {
	rows := unitRows(t)
	comments := fieldComments(t)
	told := make(map[string]bool)
	for _, row := range rows {
		samples, words := row.samples(t)
		for _, typ := range row.types(t) {
			told[typ.Name()+"."+row.field] = true
			for _, s := range samples {
				row.check(t, typ, s)
			}
			if words != nil && !strings.Contains(row.field, ".") && !tellsWords(comments[typ.Name()+"."+row.field], words) {
				t.Errorf("%s.%s can be %q, its comment is %q", typ.Name(), row.field, words, comments[typ.Name()+"."+row.field])
			}
		}
	}
	for _, typ := range seenTypes(t) {
		for _, field := range unitFields(typ, comments) {
			if !told[field] {
				t.Errorf("%s is not in testdata/units.txt", field)
			}
		}
	}
}

// unitRow is a line of the table for one key.
type unitRow struct {
	events     []string
	key, field string
	unit       string
}

// snapshotOwners are the types that both tables and structs call differently.
var snapshotOwners = map[string]reflect.Type{
	"channel": reflect.TypeFor[ChannelSnapshot](), "bridge": reflect.TypeFor[BridgeSnapshot](), "report": reflect.TypeFor[RTCPReport](),
}

// owners are events that have nothing but the snapshot, or have reports.
var owners = map[reflect.Type]struct {
	event, field string
	prefix       string
}{
	reflect.TypeFor[ChannelSnapshot](): {"Newchannel", "ChannelSnapshot.", ""},
	reflect.TypeFor[BridgeSnapshot]():  {"BridgeCreate", "BridgeSnapshot.", ""},
	reflect.TypeFor[RTCPReport]():      {"RTCPSent", "Reports.", "Report0"},
}

func unitRows(t *testing.T) (rows []unitRow) {
	t.Helper()
	f, err := os.Open("testdata/units.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	line := regexp.MustCompile(`^(\S+) (\S+) (.+?) -- .+$`)
	for s := bufio.NewScanner(f); s.Scan(); {
		if s.Text() == "" || strings.HasPrefix(s.Text(), "#") {
			continue
		}
		m := line.FindStringSubmatch(s.Text())
		if m == nil {
			t.Fatalf("%q is not EVENTS KEYS UNIT -- WHERE", s.Text())
		}
		for key := range strings.SplitSeq(m[2], ",") {
			key, field, renamed := strings.Cut(key, "=")
			if !renamed {
				field = key
			}
			rows = append(rows, unitRow{strings.Split(m[1], ","), key, field, m[3]})
		}
	}
	return rows
}

func (r unitRow) types(t *testing.T) (all []reflect.Type) {
	t.Helper()
	for _, name := range r.events {
		typ := snapshotOwners[name]
		if typ == nil {
			ev, _ := DecodeStrict(fieldsOf(t, "Event: "+name))
			if typ = reflect.TypeOf(ev); typ == reflect.TypeFor[Unknown]() {
				t.Fatalf("there is no type of %s", name)
			}
		}
		all = append(all, typ)
	}
	return all
}

// check decodes one sample, which must fill the field and no other.
func (r unitRow) check(t *testing.T, typ reflect.Type, s sample) {
	t.Helper()
	name, prefix, path := reflect.Zero(typ).Interface(), "", ""
	owner, inside := owners[typ]
	text := owner.event
	if inside {
		prefix, path = owner.prefix, owner.field
	} else {
		text = name.(Event).EventName()
	}
	ev, left := DecodeStrict(fieldsOf(t, "Event: "+text, prefix+r.key+": "+s.wire))
	if len(left) > 0 {
		t.Errorf("%s has no place for %s", text, left)
		return
	}
	value := reflect.ValueOf(ev)
	if path == "Reports." {
		value = value.FieldByName("Reports").Index(0)
	} else if path != "" {
		value = value.FieldByName(strings.TrimSuffix(path, "."))
	}
	got := value.FieldByName(r.field)
	if !got.IsValid() {
		t.Errorf("%s has no field %s", text, r.field)
		return
	}
	if _, words := s.want.(string); words && got.Kind() == reflect.String { // a type of strings, as DialStatus
		s.want = reflect.ValueOf(s.want).Convert(got.Type()).Interface()
	}
	if diff := compare.Diff(inUTC(s.want), inUTC(got.Interface())); diff != "" {
		t.Errorf("%s %s: %s is %v (%[4]T), want %v (%[5]T), differs (-want +got):\n%s", text, r.key, s.wire, got.Interface(), s.want, diff)
	}
	for i := range value.NumField() {
		field := value.Type().Field(i)
		// A presentation has its words in a field beside it.
		if field.Name != r.field && field.Name != "Base" && field.Name != r.field+"Text" && !value.Field(i).IsZero() {
			t.Errorf("%s %s: %s also fills %s", text, r.key, s.wire, field.Name)
		}
	}
}

// inUTC makes equal times of different locations the same.
func inUTC(value any) any {
	if at, ok := value.(time.Time); ok {
		return at.UTC()
	}
	return value
}

func fieldsOf(t *testing.T, lines ...string) transport.Fields {
	t.Helper()
	return transport.ParseFields(strings.Join(lines, "\r\n") + "\r\n")
}

// seenTypes are the types of the events that docs/coverage.md calls seen.
func seenTypes(t *testing.T) []reflect.Type {
	t.Helper()
	coverage, err := os.ReadFile("../docs/coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	all := []reflect.Type{reflect.TypeFor[ChannelSnapshot](), reflect.TypeFor[BridgeSnapshot]()}
	for _, m := range regexp.MustCompile(`(?m)^\| (\S+) \|.*yes`).FindAllSubmatch(coverage, -1) {
		ev, _ := DecodeStrict(fieldsOf(t, "Event: "+string(m[1])))
		all = append(all, reflect.TypeOf(ev))
		if field, ok := reflect.TypeOf(ev).FieldByName("Reports"); ok {
			all = append(all, field.Type.Elem())
		}
	}
	if len(all) < 150 {
		t.Fatalf("docs/coverage.md has %d events", len(all))
	}
	return all
}

// unitFields are the fields of a type that have a unit: those that are no text,
// and texts whose comment lists words.
func unitFields(typ reflect.Type, comments map[string]string) (all []string) {
	for i := range typ.NumField() {
		field := typ.Field(i)
		name := typ.Name() + "." + field.Name
		switch {
		case field.Type == reflect.TypeFor[Base](), snapshotType(field.Type):
		case field.Type.Kind() == reflect.Slice: // of texts, entries, or reports
		case field.Type.Kind() != reflect.String, listsWords(comments[name]):
			all = append(all, name)
		}
	}
	return all
}

func snapshotType(typ reflect.Type) bool {
	return slices.Contains([]reflect.Type{reflect.TypeFor[ChannelSnapshot](), reflect.TypeFor[BridgeSnapshot]()}, typ)
}

// listsWords reports whether a comment lists what a text can be: "A, B or C".
func listsWords(comment string) bool {
	return regexp.MustCompile(`(^|: )("?[A-Za-z_]+"?, )*"?[A-Za-z_]+"?( or "?[A-Za-z_]+"?$|, \.\.\.)`).MatchString(comment)
}

// tellsWords reports whether a part of the comment lists these words and no others.
func tellsWords(comment string, words []string) bool {
	comment = strings.ReplaceAll(comment, `"`, "")
	for part := range strings.SplitSeq(strings.ReplaceAll(comment, "; ", ": "), ": ") {
		listed := strings.Split(strings.ReplaceAll(part, " or ", ", "), ", ")
		if open := slices.Index(listed, "..."); open >= 0 {
			listed = listed[:open+1]
		}
		if slices.Equal(slices.Sorted(slices.Values(listed)), slices.Sorted(slices.Values(words))) {
			return true
		}
	}
	return false
}

func fieldComments(t *testing.T) map[string]string {
	t.Helper()
	all := make(map[string]string)
	for name, structure := range structsOfPackage(t) {
		for _, field := range structure.Fields.List {
			for _, ident := range field.Names {
				all[name+"."+ident.Name] = strings.TrimSpace(field.Comment.Text())
			}
		}
	}
	if len(all) < 1000 {
		t.Fatal(fmt.Errorf("the package has %d fields", len(all)))
	}
	return all
}
