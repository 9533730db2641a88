package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestVersion1 replays a session of version 1 as it was recorded: what the browser sent then is taken, and all that it was told then it is
// told today. The file is never recorded anew: who changes what is in it breaks clients that are in use.
//
// A line begins with # for a comment, ! for what happens, > for what the browser sends and < for what it receives.
func TestVersion1(t *testing.T) {
	text, err := os.ReadFile("testdata/version1.session")
	if err != nil {
		t.Fatal(err)
	}
	p := &player{t: t, e: newEdge(t, withNotes), now: make(map[string]any), was: make(map[string]string)}
	for i, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
		mark, rest, _ := strings.Cut(string(line), " ")
		switch mark {
		case "!":
			p.happens(rest)
		case ">":
			p.sends(rest)
		case "<":
			p.receives(rest)
		case "#":
		default:
			t.Fatalf("line %d: %s", i+1, line)
		}
	}
}

func withNotes(c *Config) {
	c.Policy = func(_ context.Context, user User) (Rights, error) {
		return Agent(User{Devices: []Ref{{Name: "PJSIP/" + user.ID}}}), nil
	}
	c.Note = func(context.Context, User, string, string, string) error { return nil }
}

// player plays the browser's part of a recorded session.
type player struct {
	t        *testing.T
	e        *edge
	b        *visitor
	was      map[string]string // Instance of today by that of the file
	revision json.Number
	now      map[string]any // objects by key, of today
}

func (p *player) happens(what string) {
	p.t.Helper()
	var user, id, number string
	switch word, rest, _ := strings.Cut(what, " "); word {
	case "connect":
		p.b = p.e.socket(p.e.header("100"))
	case "ring":
		if _, err := fmt.Sscan(rest, &user, &id, &number); err != nil {
			p.t.Fatal(err)
		}
		p.e.ring(user, id, number)
	case "hangup":
		if _, err := fmt.Sscan(rest, &user, &id); err != nil {
			p.t.Fatal(err)
		}
		p.e.pbx.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "PJSIP/"+user+"-0000000"+id, "ChannelState", "5", "ChannelStateDesc", "Ringing",
			"CallerIDNum", user, "CallerIDName", "<unknown>", "ConnectedLineNum", "", "ConnectedLineName", "<unknown>", "Language", "en", "AccountCode", "",
			"Context", "default", "Exten", "", "Priority", "1", "Uniqueid", "1."+id, "Linkedid", "1."+id, "Cause", "16", "Cause-txt", "Normal Clearing")
	case "revoke":
		p.e.g.Revoke("100")
	default:
		p.t.Fatalf("what is %q?", what)
	}
}

func (p *player) sends(text string) {
	p.t.Helper()
	valid(p.t, "FromBrowser", []byte(text))
	m := p.parse([]byte(text))
	if was, ok := m["instance"].(string); ok {
		m["instance"] = p.was[was]
	}
	if _, ok := m["revision"]; ok {
		m["revision"] = p.revision
	}
	p.b.send(m)
}

func (p *player) receives(text string) {
	p.t.Helper()
	valid(p.t, "FromGateway", []byte(text)) // the schema still has what was sent then
	want := p.parse([]byte(text))
	for {
		data, err := p.b.data()
		if err != nil {
			today, _ := json.Marshal(p.now)
			p.t.Fatalf("%v\nthen:  %s\ntoday: %s", err, text, today)
		}
		valid(p.t, "FromGateway", data)
		got := p.parse(data)
		if got["type"] == "update" {
			p.take(got)
		}
		switch {
		case want["type"] == "update":
			if got["type"] == "update" && p.has(want) {
				return
			}
		case got["type"] == want["type"]:
			if why := lacks(got, want, "message"); why != "" {
				p.t.Errorf("%s\nthen:  %s\ntoday: %s", why, text, data)
			}
			if was, ok := want["instance"].(string); ok {
				p.was[was] = got["instance"].(string)
			}
			return
		case got["type"] != "alive" && got["type"] != "update":
			p.t.Fatalf("then:  %s\ntoday: %s", text, data)
		}
	}
}

// take keeps what an Update of today has.
func (p *player) take(update map[string]any) {
	p.revision = update["revision"].(json.Number)
	put, _ := update["put"].([]any)
	for _, o := range put {
		p.now[o.(map[string]any)["key"].(string)] = o
	}
	gone, _ := update["delete"].([]any)
	for _, key := range gone {
		delete(p.now, key.(string))
	}
}

// has reports whether today's objects are those of an Update of then: it may come in more or fewer pieces.
func (p *player) has(update map[string]any) bool {
	put, _ := update["put"].([]any)
	for _, o := range put {
		if lacks(p.now[o.(map[string]any)["key"].(string)], o, "") != "" {
			return false
		}
	}
	gone, _ := update["delete"].([]any)
	for _, key := range gone {
		if p.now[key.(string)] != nil {
			return false
		}
	}
	return true
}

func (p *player) parse(text []byte) (m map[string]any) {
	p.t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		p.t.Fatalf("%s: %v", text, err)
	}
	return m
}

// differ are fields whose values are others each time.
var differ = map[string]bool{"instance": true, "revision": true, "now": true, "token": true}

// lacks says what of a value of then is not in that of today, which may have more fields. Times differ.
func lacks(today, then any, at string) string {
	switch then := then.(type) {
	case map[string]any:
		fields, _ := today.(map[string]any)
		for name, value := range then {
			if differ[name] && reflect.TypeOf(fields[name]) == reflect.TypeOf(value) {
				continue
			}
			if why := lacks(fields[name], value, at+"."+name); why != "" {
				return why
			}
		}
		return ""
	case []any:
		list, _ := today.([]any)
		if len(list) != len(then) {
			return fmt.Sprintf("%s has %d, then %d", at, len(list), len(then))
		}
		for i := range then {
			if why := lacks(list[i], then[i], fmt.Sprintf("%s[%d]", at, i)); why != "" {
				return why
			}
		}
		return ""
	case string:
		if _, err := time.Parse(time.RFC3339, then); err == nil {
			if text, ok := today.(string); ok {
				if _, err := time.Parse(time.RFC3339, text); err == nil {
					return ""
				}
			}
		}
	}
	if !reflect.DeepEqual(today, then) {
		return fmt.Sprintf("%s is %v, then %v", at, today, then)
	}
	return ""
}

// TestVersion1Notices checks that TestVersion1 would see a change.
func TestVersion1Notices(t *testing.T) {
	then := map[string]any{"a": "x", "at": "2026-01-01T00:00:00Z", "list": []any{json.Number("1")}, "revision": json.Number("7")}
	same := map[string]any{"a": "x", "at": "2027-01-01T00:00:00Z", "list": []any{json.Number("1")}, "revision": json.Number("8"), "more": true}
	if why := lacks(same, then, ""); why != "" {
		t.Error(why)
	}
	for name, value := range map[string]any{"a": "y", "at": "today", "list": []any{}, "revision": "8"} {
		changed := map[string]any{"a": "x", "at": "2027-01-01T00:00:00Z", "list": []any{json.Number("1")}, "revision": json.Number("8")}
		if changed[name] = value; lacks(changed, then, "") == "" {
			t.Errorf("another %s is not noticed", name)
		}
		if delete(changed, name); lacks(changed, then, "") == "" {
			t.Errorf("a missing %s is not noticed", name)
		}
	}
}
