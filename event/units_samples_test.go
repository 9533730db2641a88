package event

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
)

// sample is a value as Asterisk writes it, and what it means.
type sample struct {
	wire string
	want any
}

// unitSamples has samples of each unit of testdata/units.txt that has no words
// of its own.
var unitSamples = map[string][]sample{
	"count":                   {{"", 0}, {"0", 0}, {"7", 7}},
	"number":                  {{"", 0}, {"0", 0}, {"2147483647", 2147483647}},
	"32-bit number":           {{"0", int64(0)}, {"4294967295", int64(4294967295)}},
	"24-bit count":            {{"0", 0}, {"5", 5}, {"8388607", 8388607}, {"8388608", -8388608}, {"16777215", -1}},
	"64 bits":                 {{"0", uint64(0)}, {"9223372036854775810", uint64(1)<<63 + 2}},
	"methods":                 {{"no", "no"}, {"yes", "yes"}, {"(aes128,keyrotate)", "(aes128,keyrotate)"}},
	"percent":                 {{"0.0", 0.0}, {"66.7", 66.7}},
	"score":                   {{" 0.0", 0.0}, {" 4.1", 4.1}, {"88.2", 88.2}},
	"decibel":                 {{"0.00", 0.0}, {"-3.50", -3.5}},
	"port":                    {{"", 0}, {"0", 0}, {"5060", 5060}, {"(null)", 0}},
	"minutes":                 {{"0", 0}, {"2", 2}}, // the only one that is no Duration
	"seconds":                 {{"", time.Duration(0)}, {"0", time.Duration(0)}, {"2000", 33*time.Minute + 20*time.Second}},
	"seconds, may be overdue": {{"60", time.Minute}, {"0", time.Duration(0)}, {"18446744073709551615", time.Duration(0)}, {"18446744073709551614", time.Duration(0)}},
	"seconds with a fraction": {{"0.000000", time.Duration(0)}, {"3.500000", 3500 * time.Millisecond}, {"0.0004", 400 * time.Microsecond}},
	"milliseconds":            {{"", time.Duration(0)}, {"0", time.Duration(0)}, {"2000", 2 * time.Second}},
	"microseconds":            {{"N/A", time.Duration(0)}, {"0", time.Duration(0)}, {"2000", 2 * time.Millisecond}},
	"h:mm:ss":                 {{"00:00:00", time.Duration(0)}, {"01:02:03", time.Hour + 2*time.Minute + 3*time.Second}, {"100:00:00", 100 * time.Hour}},
	"unix":                    {{"", time.Time{}}, {"0", time.Time{}}, {"1795964722", time.Date(2026, 11, 29, 15, 5, 22, 0, time.UTC)}},
	"unix with a fraction":    {{"0.000000", time.Time{}}, {"1795964722.250000", time.Date(2026, 11, 29, 15, 5, 22, 250e6, time.UTC)}},
	"local time":              {{"", time.Time{}}, {"2026-11-29 15:05:22", time.Date(2026, 11, 29, 15, 5, 22, 0, time.Local)}},
	"time with its zone": {{"1970-01-01T00:00:00.000+0000", time.Time{}}, {"2026-11-29T15:05:22.500+0000", time.Date(2026, 11, 29, 15, 5, 22, 500e6, time.UTC)},
		{"2026-11-29T15:05:22.500-0530", time.Date(2026, 11, 29, 20, 35, 22, 500e6, time.UTC)}},
	"Q.850":        {{"0", asterisk.CauseUnset}, {"1", asterisk.CauseUnallocated}, {"16", asterisk.CauseNormalClearing}, {"17", asterisk.CauseUserBusy}, {"26", asterisk.CauseAnsweredElsewhere}, {"127", asterisk.CauseInterworking}},
	"presentation": {{"0 (Presentation Allowed, Not Screened)", 0}, {"35 (Presentation Prohibited, Network Number)", 35}, {"67 (Number Unavailable)", 67}},
	"channel state": {{"0", asterisk.ChannelDown}, {"1", asterisk.ChannelReserved}, {"2", asterisk.ChannelOffHook}, {"3", asterisk.ChannelDialing}, {"4", asterisk.ChannelRing}, {"5", asterisk.ChannelRinging}, {"6", asterisk.ChannelUp},
		{"7", asterisk.ChannelBusy}, {"8", asterisk.ChannelDialingOffHook}, {"9", asterisk.ChannelPreRing}},
	"device word": {{"UNKNOWN", asterisk.DeviceUnknown}, {"NOT_INUSE", asterisk.DeviceNotInUse}, {"INUSE", asterisk.DeviceInUse}, {"BUSY", asterisk.DeviceBusy}, {"INVALID", asterisk.DeviceInvalid},
		{"UNAVAILABLE", asterisk.DeviceUnavailable}, {"RINGING", asterisk.DeviceRinging}, {"RINGINUSE", asterisk.DeviceRingInUse}, {"ONHOLD", asterisk.DeviceOnHold}},
	"device number": {{"0", asterisk.DeviceUnknown}, {"1", asterisk.DeviceNotInUse}, {"2", asterisk.DeviceInUse}, {"3", asterisk.DeviceBusy}, {"4", asterisk.DeviceInvalid},
		{"5", asterisk.DeviceUnavailable}, {"6", asterisk.DeviceRinging}, {"7", asterisk.DeviceRingInUse}, {"8", asterisk.DeviceOnHold}},
	"device text": {{"Unknown", asterisk.DeviceUnknown}, {"Not in use", asterisk.DeviceNotInUse}, {"In use", asterisk.DeviceInUse}, {"Busy", asterisk.DeviceBusy}, {"Invalid", asterisk.DeviceInvalid},
		{"Unavailable", asterisk.DeviceUnavailable}, {"Ringing", asterisk.DeviceRinging}, {"Ring+Inuse", asterisk.DeviceRingInUse}, {"On Hold", asterisk.DeviceOnHold}},
	"extension state": {{"-2", ExtensionRemoved}, {"-1", ExtensionDeactivated}, {"0", ExtensionIdle}, {"1", ExtensionInUse}, {"2", ExtensionBusy},
		{"4", ExtensionUnavailable}, {"8", ExtensionRinging}, {"9", ExtensionInUse | ExtensionRinging}, {"16", ExtensionOnHold}, {"17", ExtensionInUse | ExtensionOnHold}},
	"control frame": {{"0", ReasonFailure}, {"1", ReasonHangup}, {"3", ReasonRinging}, {"4", ReasonAnswer}, {"5", ReasonBusy}, {"8", ReasonCongestion}},
}

// samples are those of the row's unit, and the words of an enumeration.
func (r unitRow) samples(t *testing.T) (all []sample, words []string) {
	t.Helper()
	if null, ok := strings.CutPrefix(r.unit, "text, none is "); ok {
		return []sample{{null, ""}, {"", ""}, {"x" + null, "x" + null}}, nil
	}
	switch name, arguments, _ := strings.Cut(strings.TrimSuffix(r.unit, ")"), "("); name {
	case "flag":
		yes, no, _ := strings.Cut(arguments, "|")
		return []sample{{yes, true}, {no, false}, {"", false}}, nil
	case "words":
		words = strings.Split(arguments, "|")
		for _, word := range words {
			if word != "..." && word != "empty" {
				all = append(all, sample{word, word})
			}
		}
		return all, words
	}
	if all = unitSamples[r.unit]; all == nil {
		t.Fatalf("%s: nobody knows the unit %q", r.key, r.unit)
	}
	return all, nil
}

// structsOfPackage returns the structs that the package's files declare.
func structsOfPackage(t *testing.T) map[string]*ast.StructType {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]*ast.StructType)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for spec := range typeSpecs(file) {
			if structure, ok := spec.Type.(*ast.StructType); ok {
				all[spec.Name.Name] = structure
			}
		}
	}
	return all
}

func typeSpecs(file *ast.File) func(yield func(*ast.TypeSpec) bool) {
	return func(yield func(*ast.TypeSpec) bool) {
		for _, decl := range file.Decls {
			general, ok := decl.(*ast.GenDecl)
			for i := 0; ok && i < len(general.Specs); i++ {
				if spec, ok := general.Specs[i].(*ast.TypeSpec); ok && !yield(spec) {
					return
				}
			}
		}
	}
}
