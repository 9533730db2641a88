// Package compare shows tests how two values differ. It is as strict as reflect.DeepEqual: unexported fields count, and
// so do line endings of fields, locations of times, and nil or empty.
package compare

import (
	"reflect"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/asterisk-go/asterisk-go/transport"
)

// strict looks into every type, and leaves aside the Equal methods of Fields and Time, which forgive differences.
var strict = cmp.Options{
	cmp.Exporter(func(reflect.Type) bool { return true }),
	cmp.Comparer(func(a, b transport.Fields) bool { return a == b }),
	cmp.Comparer(func(a, b time.Time) bool { return a == b }),
}

// Diff returns the differences, "-" before what is only in want and "+" before what is only in got, or "" if there are
// none. Its format is for people and changes from run to run.
func Diff(want, got any) string {
	if reflect.DeepEqual(want, got) { // which is several times as fast, for fuzzing
		return ""
	}
	return cmp.Diff(want, got, strict)
}
