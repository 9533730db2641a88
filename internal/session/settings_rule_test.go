package session_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/session"
)

// eventFilter is a type as ami.EventFilter.
type eventFilter struct{ Criteria, Expression string }

// In each number and duration of a Config zero and negative mean the default, but for
// those whose comment says otherwise.
func TestNegativeSettings(t *testing.T) {
	other := []string{"PingInterval", "ActionSessions"}
	numbers := func(s *session.Settings[eventFilter]) (fields []reflect.Value, names []string) {
		v := reflect.ValueOf(s).Elem()
		for i := range v.NumField() {
			if v.Field(i).CanInt() {
				fields, names = append(fields, v.Field(i)), append(names, v.Type().Field(i).Name)
			}
		}
		return fields, names
	}
	var zero, negative session.Settings[eventFilter]
	fields, names := numbers(&negative)
	if len(fields) < 10 {
		t.Fatalf("Settings has the numbers %v", names)
	}
	for _, field := range fields {
		field.SetInt(-1)
	}
	defaults, resolved := zero.Resolve(16), negative.Resolve(16)
	want, _ := numbers(&defaults.Settings)
	got, _ := numbers(&resolved.Settings)
	for i, name := range names {
		if same := got[i].Int() == want[i].Int(); same == slices.Contains(other, name) || !slices.Contains(other, name) && want[i].Int() <= 0 {
			t.Errorf("%s: -1 is %d, and 0 is %d", name, got[i].Int(), want[i].Int())
		}
	}
}
