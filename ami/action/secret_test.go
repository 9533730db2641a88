package action_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

const password = "sesame-4711"

// printed is a value in all ways in which a program prints or logs it.
func printed(t *testing.T, value any) string {
	t.Helper()
	var text bytes.Buffer
	for _, v := range []any{value, &value, []any{value}, struct{ Field any }{value}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			_, _ = fmt.Fprintf(&text, verb+"\n", v)
		}
		data, err := json.Marshal(v)
		if err != nil {
			t.Errorf("json.Marshal(%T) = %v", value, err)
		}
		text.Write(append(data, '\n'))
		for _, handler := range []slog.Handler{slog.NewTextHandler(&text, nil), slog.NewJSONHandler(&text, nil)} {
			slog.New(handler).Info("told", "value", v)
		}
	}
	return text.String()
}

// No action prints a password, and each is sent with it.
func TestActionsPrintNoPassword(t *testing.T) {
	for _, a := range []action.Action{
		action.Login{Username: "shown", Secret: password},
		action.Login{Username: "shown", AuthType: "MD5", Key: password},
		action.New("Login", "Username", "shown", "Secret", password),
		action.New("Login", "Username", "shown", "AuthType", "MD5", "Key", password),
		action.New("Odd", "X", "shown", "New_Password", password),
		action.UserEvent{UserEvent: "shown", Fields: []action.Field{{Key: "Password", Value: password}}},
		action.Originate{Channel: "shown", Application: "Wait", Variables: []asterisk.Variable{{Name: "__MY_SECRET", Value: password}}},
		action.Setvar{Channel: "shown", Variable: "DB_PASSWORD", Value: password},
		action.UpdateConfig{SrcFilename: "shown", DstFilename: "x", Changes: []action.ConfigChange{
			{Action: action.ConfigUpdate, Category: "100", Variable: "password", Value: password, Match: password},
			{Action: action.ConfigUpdate, Category: "100", Variable: "md5_cred", Value: password},
		}},
	} {
		text := printed(t, a)
		for _, hidden := range []string{password, fmt.Sprintf("%x", password)} {
			if i := strings.Index(text, hidden); i >= 0 {
				t.Errorf("%s prints its password: %q", a.ActionName(), text[max(0, i-100):i+20])
			}
		}
		if !strings.Contains(text, show.Hidden) || !strings.Contains(text, "shown") {
			t.Errorf("%s prints neither that a secret was left out nor what is none: %.300s", a.ActionName(), text)
		}
		if sent, err := encoded(a); err != nil || !strings.Contains(sent, password) {
			t.Errorf("%s is sent as %q, %v", a.ActionName(), sent, err)
		}
	}
}

// Every action with a field that is a secret by its name has a way to print
// without it.
func TestNoActionIsForgotten(t *testing.T) {
	for _, a := range everyAction() {
		value := reflect.New(reflect.TypeOf(a.zero)).Elem()
		found := false
		for i := range value.NumField() {
			if field := value.Type().Field(i); field.Type.Kind() == reflect.String && show.NamesSecret(field.Name) {
				value.Field(i).SetString(password)
				found = true
			}
		}
		if found && strings.Contains(printed(t, value.Interface()), password) {
			t.Errorf("%s prints its secret", a.zero.ActionName())
		}
	}
}

// What is no secret prints as any struct does.
func TestPlainActionsPrintAsTheyAre(t *testing.T) {
	for want, v := range map[string]any{
		"{A b}":                         asterisk.Variable{Name: "A", Value: "b"},
		"{Key:A Value:b}":               action.Field{Key: "A", Value: "b"},
		"{Channel: Variable:A Value:b}": action.Setvar{Variable: "A", Value: "b"},
	} {
		got := fmt.Sprintf("%+v", v)
		if _, plain := v.(asterisk.Variable); plain {
			got = fmt.Sprint(v)
		}
		if got != want {
			t.Errorf("%T prints as %s, want %s", v, got, want)
		}
	}
	if data, err := json.Marshal(asterisk.Variable{Name: "A", Value: "b"}); err != nil || string(data) != `{"Name":"A","Value":"b"}` {
		t.Errorf("a variable as JSON = %s, %v", data, err)
	}
}
