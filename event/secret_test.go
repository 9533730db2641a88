package event_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

const password = "sesame-4711"

// printed is a value in all ways in which a program prints or logs it.
func printed(t *testing.T, value any) string {
	t.Helper()
	var text bytes.Buffer
	for _, v := range []any{value, &value, []any{value}, map[string]any{"x": value}, struct{ Field any }{value}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%t"} {
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

func wantNoPassword(t *testing.T, what string, value any) {
	t.Helper()
	text := printed(t, value)
	for _, hidden := range []string{password, fmt.Sprintf("%x", password)} {
		if i := strings.Index(text, hidden); i >= 0 {
			t.Errorf("%s prints its password: %q", what, text[max(0, i-100):i+20])
		}
	}
	if !strings.Contains(text, show.Hidden) || !strings.Contains(text, "shown") {
		t.Errorf("%s prints neither that a secret was left out nor what is none: %.300s", what, text)
	}
}

// No event prints a password that it holds; its fields and Fields have it.
func TestEventsPrintNoPassword(t *testing.T) {
	found := 0
	for _, name := range append(event.TypeNames(), "OfALaterVersion") {
		lines := []string{"Event: " + name}
		typed := event.Decode(transport.ParseFields("Event: " + name + "\r\n"))
		secrets := secretFields(typed)
		if name == "OfALaterVersion" {
			secrets = []string{"PjsipPassword"}
		}
		if len(secrets) == 0 {
			continue
		}
		found++
		for _, key := range append(secrets, "Other_Secret") {
			lines = append(lines, key+": "+password)
		}
		fields := transport.ParseFields(strings.Join(append(lines, "Username: shown", "Mailbox: shown", "Cipher: shown"), "\r\n") + "\r\n")
		ev := event.Decode(fields)
		wantNoPassword(t, name, ev)
		raw := event.Raw{Base: event.NewBase(fields, time.Time{})}
		wantNoPassword(t, "a raw "+name, raw)
		for _, key := range secrets {
			if got := ev.Fields().Get(key); got != password {
				t.Errorf("%s: Fields has %s = %q", name, key, got)
			}
			if value := fieldOf(ev, key); value.IsValid() && value.String() != password {
				t.Errorf("%s.%s = %q", name, key, value)
			}
		}
	}
	if found < 5 {
		t.Errorf("%d types have a password, want AuthDetail, AuthList, TransportDetail, VoicemailPasswordChange and the unknown one", found)
	}
}

// A later version of Asterisk may add a secret to an event that has none today.
func TestTypedEventsHideSecretsOfLaterVersions(t *testing.T) {
	for _, name := range event.TypeNames() {
		fields := transport.ParseFields("Event: " + name + "\r\nOther: shown\r\nNew_Secret: " + password + "\r\n")
		ev := event.Decode(fields)
		wantNoPassword(t, name, ev)
		if got := ev.Fields().Get("New_Secret"); got != password {
			t.Errorf("%s: Fields has New_Secret = %q", name, got)
		}
	}
}

// fieldOf is the typed field of a key, whatever the case of its letters in Go.
func fieldOf(ev event.Event, key string) reflect.Value {
	return reflect.ValueOf(ev).FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, key) })
}

// What the dialplan and other programs name is hidden by that name, also in
// what has no field for it.
func TestNamesOfOthersHideSecrets(t *testing.T) {
	for name, text := range map[string]string{
		"UserEvent": "Event: UserEvent\r\nPrivilege: user,all\r\nUserEvent: shown\r\nPassword: " + password + "\r\n",
		"VarSet":    "Event: VarSet\r\nPrivilege: dialplan,all\r\nChannel: shown\r\nVariable: DB_PASSWORD\r\nValue: " + password + "\r\n",
	} {
		fields := transport.ParseFields(text)
		ev := event.Decode(fields)
		wantNoPassword(t, name, ev)
		wantNoPassword(t, "a raw "+name, event.Raw{Base: event.NewBase(fields, time.Time{})})
		if e, ok := ev.(event.VarSet); ok && (e.Value != password || e.Fields().Get("Value") != password) {
			t.Errorf("VarSet.Value = %q", e.Value)
		}
	}
	wantNoPassword(t, "VarSet of the program", event.VarSet{Base: event.NewBase(transport.ParseFields("Event: shown\r\nPassword: x\r\n"), time.Time{}),
		Variable: "DB_PASSWORD", Value: password})
	for _, ev := range []event.Event{event.VarSet{Variable: "a", Value: "shown"}, event.UserEvent{UserEvent: "shown"}} {
		if text := fmt.Sprintf("%+v", ev); !strings.Contains(text, "shown") || !strings.Contains(text, "UniqueID:") {
			t.Errorf("%T prints as %s", ev, text)
		}
	}
}

// Variables of a channel are hidden by their names, where they are values of a key.
func TestVariablesHideSecrets(t *testing.T) {
	for _, lines := range [][]string{
		{"Event: Newchannel", "Channel: shown", "ChanVariable: A=b", "ChanVariable: DB_PASSWORD=" + password},
		{"Event: DialBegin", "DestChannel: shown", "DestChanVariable: __db_secret=" + password},
		{"Event: OriginateResponse", "Channel: shown", "ChanVariable(shown): DB_PASSWORD=" + password},
		{"Event: Status", "Channel: shown", "Variable: DB_PASSWORD=" + password},
		{"Event: OfALaterVersion", "Channel: shown", "ChanVariable: DB_PASSWORD=" + password},
	} {
		ev := event.Decode(fields(lines...))
		wantNoPassword(t, ev.EventName(), ev)
		wantNoPassword(t, "a raw "+ev.EventName(), event.Raw{Base: event.NewBase(ev.Fields(), time.Time{})})
	}
	secret := asterisk.Variable{Name: "DB_PASSWORD", Value: password}
	wantNoPassword(t, "Variables", event.Variables{{Name: "shown"}, secret})
	wantNoPassword(t, "a snapshot", event.ChannelSnapshot{Channel: "shown", ChanVariable: event.Variables{secret}})
	wantNoPassword(t, "a variable of a channel", event.ChannelVariable{Channel: "shown", Variable: secret})
	wantNoPassword(t, "a struct that embeds Base", struct {
		event.Base
		Note string
	}{event.NewBase(fields("Event: AuthDetail", "Password: "+password), time.Time{}), "shown"})
	if text := fmt.Sprint(event.ChannelVariable{Channel: "a", Variable: secret}); text != "{a DB_PASSWORD (redacted)}" {
		t.Errorf("a variable of a channel prints as %s", text)
	}
}

// secretFields are the fields of a type whose name says that it is a secret.
func secretFields(ev event.Event) (names []string) {
	for _, field := range reflect.VisibleFields(reflect.TypeOf(ev)) {
		if field.Type.Kind() == reflect.String && show.NamesSecret(field.Name) {
			names = append(names, field.Name)
		}
	}
	return names
}

// A typed event that nobody decoded hides its fields, too.
func TestEventOfTheProgramPrintsNoPassword(t *testing.T) {
	wantNoPassword(t, "AuthDetail", event.AuthDetail{Base: event.NewBase(transport.ParseFields("Event: AuthDetail\r\nUsername: shown\r\nPassword: "+password+"\r\n"), time.Time{}),
		Username: "shown", Password: password, MD5Cred: password})
}
