package action_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/transport"
)

// filled is an action as it is, and with what is required filled in.
type filled struct {
	zero, full action.Action
	docs       string // versions of the lab that document it
	items      string // events that its list has
}

// hand has the actions that no table fills in.
var hand = map[string]action.Action{
	"AOCMessage":   action.AOCMessage{Channel: "x", MsgType: "D", ChargeType: "FREE"},
	"Filter":       action.Filter{Operation: action.FilterOperationAdd, Filter: "x"},
	"MessageSend":  action.MessageSend{To: "x:y", Body: "b"},
	"ModuleLoad":   action.ModuleLoad{Module: "x", LoadType: action.LoadLoad},
	"Originate":    action.Originate{Channel: "Local/x@y", Context: "z", Exten: "1", Async: true},
	"PJSIPNotify":  action.PJSIPNotify{Endpoint: "x", Variables: []asterisk.Variable{{Name: "Event", Value: "x"}}},
	"Redirect":     action.Redirect{Channel: "x", Context: "x", Exten: "x"},
	"SIPnotify":    action.SIPnotify{Channel: "x", Variables: []asterisk.Variable{{Name: "Event", Value: "x"}}},
	"Setvar":       action.Setvar{Variable: "x"},
	"UpdateConfig": action.UpdateConfig{SrcFilename: "x", DstFilename: "x"},
	"UserEvent":    action.UserEvent{UserEvent: "x"},
}

func encode(a action.Action) (transport.Fields, error) {
	var b transport.Builder
	if err := a.Encode(&b); err != nil {
		return transport.Fields{}, err
	}
	return b.Fields()
}

func TestEveryAction(t *testing.T) {
	all := everyAction()
	if len(all) != 169 {
		t.Errorf("%d actions, want 169", len(all))
	}
	documented := map[string]int{"16": 0, "22": 0}
	for _, a := range all {
		for version := range strings.SplitSeq(a.docs, ",") {
			documented[version]++
		}
		name := a.zero.ActionName()
		if reflect.TypeOf(a.zero).Name() != name || a.full.ActionName() != name {
			t.Errorf("%T is %s", a.zero, name)
		}
		if spec, ok := action.Lookup(strings.ToLower(name)); !ok || spec.Name != name {
			t.Errorf("Lookup(%s) = %+v", name, spec)
		}
		if _, err := encode(a.full); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if documented["16"] != 159 || documented["22"] != 154 {
		t.Errorf("%v actions, want 159 and 154", documented)
	}
}

// What is required is what full has and zero has not; each is named by the error
// when it is missing.
func TestRequiredFieldsAreNamed(t *testing.T) {
	for _, a := range everyAction() {
		full := reflect.ValueOf(a.full)
		for i := range full.NumField() {
			field := full.Type().Field(i)
			if full.Field(i).IsZero() || hand[a.zero.ActionName()] != nil {
				continue
			}
			without := reflect.New(full.Type()).Elem()
			without.Set(full)
			without.Field(i).SetZero()
			_, err := encode(without.Interface().(action.Action))
			var missing *action.FieldError
			if !errors.As(err, &missing) || missing.Field != field.Name || missing.Action != a.zero.ActionName() {
				t.Errorf("%T without %s: %v", a.zero, field.Name, err)
			}
		}
	}
}

// No text of any action may hold a line break, unless it is encoded.
func TestNoActionCarriesALineBreak(t *testing.T) {
	texts := 0
	for _, a := range everyAction() {
		full := reflect.ValueOf(a.full)
		for i := range full.NumField() {
			evil := reflect.New(full.Type()).Elem()
			evil.Set(full)
			switch field := evil.Field(i); {
			case field.Kind() == reflect.String:
				field.SetString("x\r\nAction: Command")
			case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.String:
				field.Set(reflect.Append(reflect.MakeSlice(field.Type(), 0, 1), reflect.ValueOf("x\r\nAction: Command").Convert(field.Type().Elem())))
			default:
				continue
			}
			texts++
			fields, err := encode(evil.Interface().(action.Action))
			if err == nil && fields.Get("Base64Body") == "" {
				t.Errorf("%T with a line break in %s is %q, want an error", a.zero, full.Type().Field(i).Name, fields)
			}
		}
	}
	if texts < 200 {
		t.Errorf("%d fields of text, want some 300", texts)
	}
}

func TestShapes(t *testing.T) {
	for _, test := range []struct {
		a    action.Action
		want string
	}{
		{action.QueueAdd{Queue: "support", Interface: "PJSIP/100", Penalty: 2, Paused: true, WrapupTime: 5 * time.Second},
			"Queue: support|Interface: PJSIP/100|Penalty: 2|Paused: true|Wrapuptime: 5"},
		{action.QueuePause{Interface: "PJSIP/100"}, "Interface: PJSIP/100|Paused: false"},
		{action.QueuePenalty{Interface: "PJSIP/100"}, "Interface: PJSIP/100|Penalty: 0"},
		{action.Hangup{Channel: "x", Cause: asterisk.CauseUserBusy}, "Channel: x|Cause: 17"},
		{action.Status{Variables: []string{"A", "CALLERID(num)"}, AllVariables: true}, "Variables: A,CALLERID\\(num\\)|AllVariables: true"},
		{action.MuteAudio{Channel: "x", Direction: action.MuteAudioDirectionIn, State: true}, "Channel: x|Direction: in|State: on"},
		{action.PlayDTMF{Channel: "x", Digit: "5", Duration: 250 * time.Millisecond}, "Channel: x|Digit: 5|Duration: 250"},
		{action.AbsoluteTimeout{Channel: "x", Timeout: time.Minute}, "Channel: x|Timeout: 60"},
		{action.UserEvent{UserEvent: "X", Fields: []action.Field{{Key: "A", Value: "b"}}}, "UserEvent: X|A: b"},
		{action.MessageSend{To: "x", Body: "a\nb", Variables: []asterisk.Variable{{Name: "A", Value: "b,c"}}}, `To: x|Base64Body: YQpi|Variable: A=b\,c`},
		{action.MessageSend{To: "x", Body: " a"}, "To: x|Base64Body: IGE="},
		{action.AOCMessage{Channel: "x", MsgType: "D", ChargeType: "Unit", Units: []action.AOCUnit{{Amount: 3, Type: 2}, {Amount: 1}}},
			"Channel: x|MsgType: D|ChargeType: Unit|UnitAmount(0): 3|UnitType(0): 2|UnitAmount(1): 1"},
		{action.UpdateConfig{SrcFilename: "a", DstFilename: "b", Changes: []action.ConfigChange{
			{Action: action.ConfigNewCategory, Category: "c"}, {Action: action.ConfigAppend, Category: "c", Variable: "v", Value: "w", Options: []string{"allowdups", "template"}}}},
			"SrcFilename: a|DstFilename: b|Action-000000: NewCat|Cat-000000: c|Action-000001: Append|Cat-000001: c|Var-000001: v|Value-000001: w|Options-000001: allowdups,template"},
	} {
		fields, err := encode(test.a)
		if err != nil {
			t.Errorf("%#v: %v", test.a, err)
		}
		if got := strings.TrimSuffix(strings.ReplaceAll(fields.String(), "\r\n", "|"), "|"); got != test.want {
			t.Errorf("%T\n got %s\nwant %s", test.a, got, test.want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, test := range []struct {
		a     action.Action
		field string
	}{
		{action.MessageSend{}, "To"},
		{action.PJSIPNotify{Option: "x"}, "Endpoint"},
		{action.PJSIPNotify{URI: "x"}, "Variables"},
		{action.SIPnotify{Channel: "x"}, "Variables"},
		{action.AOCMessage{Channel: "x"}, "MsgType"},
		{action.AOCMessage{Channel: "x", MsgType: "E"}, "ChargeType"},
		{action.AOCMessage{Channel: "x", MsgType: "S", Rate: action.AOCRate{Granularity: 1}}, "Rate.GranularityTimeScale"},
		{action.UpdateConfig{SrcFilename: "a", DstFilename: "b", Changes: []action.ConfigChange{{Action: action.ConfigUpdate}}}, "Changes[0].Category"},
		{action.UserEvent{UserEvent: "X", Fields: []action.Field{{Key: "actionid", Value: "1"}}}, "actionid"},
		{action.PlayDTMF{Channel: "x", Digit: "1", Duration: time.Microsecond}, "Duration"},
		{action.AbsoluteTimeout{Channel: "x", Timeout: -time.Second}, "Timeout"},
	} {
		_, err := encode(test.a)
		var refusal *action.FieldError
		if !errors.As(err, &refusal) || refusal.Field != test.field {
			t.Errorf("%#v: %v, want one about %s", test.a, err, test.field)
		}
	}
}
