package ami_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/transport"
)

func headers(n int) []string {
	var keyValues []string
	for range n {
		keyValues = append(keyValues, "Variable", "a=b")
	}
	return keyValues
}

// Sending: what Asterisk would refuse or mis-frame is an error that names the
// field, before a byte is written.
func TestNothingBadIsSent(t *testing.T) {
	conn := scripted(t, func(*amitest.Peer) {})
	for subject, test := range map[string]struct {
		a    action.Action
		says string
	}{
		"CR in a value":           {action.New("X", "Key", "a\rb"), "Key"},
		"LF in a value":           {action.New("X", "Key", "a\nb"), "Key"},
		"NUL in a value":          {action.New("X", "Key", "a\x00b"), "Key"},
		"CRLF in a key":           {action.New("X", "Ke\r\ny", "a"), "Ke"},
		"colon in a key":          {action.New("X", "Key: x", "a"), "Key"},
		"empty key":               {action.New("X", "", "a"), "name"},
		"blank before the colon":  {action.New("X", "Key ", "a"), "Key"},
		"line break in the name":  {action.New("X\r\nAction: Command"), "Action"},
		"no name":                 {nil, ""},
		"leading blank":           {action.New("X", "Key", " a"), "Key"},
		"leading tab":             {action.New("X", "Key", "\ta"), "Key"},
		"1023-byte line":          {action.New("X", "Key", strings.Repeat("x", 1023-len("Key: "))), "Key"},
		"129 headers":             {action.New("X", headers(127)...), "129"},
		"reserved key Action":     {action.New("X", "action", "Command"), "action"},
		"reserved key ActionID":   {action.New("X", "ActionID", "7"), "ActionID"},
		"odd strings":             {action.New("X", "Key"), "Key"},
		"Originate":               {action.Originate{Exten: "1", Context: "c"}, "Channel"},
		"Originate variable":      {action.Originate{Channel: "c", Application: "Wait", Variables: []asterisk.Variable{{Name: "a=b"}}}, "a=b"},
		"Originate timeout":       {action.Originate{Channel: "c", Application: "Wait", Timeout: time.Microsecond}, "Timeout"},
		"UserEvent key":           {action.UserEvent{UserEvent: "x", Fields: []action.Field{{Key: "UserEvent", Value: "y"}}}, "UserEvent"},
		"UserEvent injection":     {action.UserEvent{UserEvent: "x\r\n\r\nAction: Command"}, "UserEvent"},
		"Getvar without variable": {action.Getvar{Channel: "c"}, "Variable"},
	} {
		if test.a == nil {
			continue
		}
		before := conn.Stats()
		_, err := conn.Do(t.Context(), test.a)
		wantError(t, subject+": Do", err, ami.ErrInvalid, test.says)
		after := conn.Stats()
		if after.BytesOut != before.BytesOut || after.Actions != before.Actions {
			t.Errorf("%s: %d bytes were sent", subject, after.BytesOut-before.BytesOut)
		}
	}
	mustPing(t, conn)
}

// The longest message that Asterisk takes is sent whole: a line of 1022 bytes,
// 128 headers.
func TestTheMostThatAsteriskTakes(t *testing.T) {
	line := strings.Repeat("x", 1022-len("Key: "))
	conn := scripted(t, func(p *amitest.Peer) {
		a := p.Expect("Line")
		if a.Get("Key") != line {
			p.Fatalf("the line of 1022 bytes came as %d", len(a.Get("Key")))
		}
		p.Success(a)
		b := p.Expect("Lines")
		if n := len(b.Fields().Values("Variable")); n != 126 {
			p.Fatalf("%d of 126 Variables came", n)
		}
		p.Success(b)
	})
	mustDo(t, conn, "Line", "Key", line)
	mustDo(t, conn, "Lines", headers(126)...)
}

// Put ActionID right after Action; one Variable line a variable; the waiter is
// registered before the write, so an answer however quick finds it.
func TestLayoutOfAnAction(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {
		a := p.Expect("Originate")
		var lines []string
		for line := range a.Fields().Lines() {
			lines = append(lines, line)
		}
		got := strings.Join(lines, "|")
		want := "Action: Originate|ActionID: " + a.ID() + "|Channel: PJSIP/1|Context: c|Exten: 1|Priority: 1|" +
			"Variable: A=1|Variable: B=x\\,y"
		if got != want {
			p.Fatalf("sent %q, want %q", got, want)
		}
		p.Success(a)
	})
	_, err := conn.Do(t.Context(), action.Originate{Channel: "PJSIP/1", Context: "c", Exten: "1",
		Variables: []asterisk.Variable{{Name: "A", Value: "1"}, {Name: "B", Value: "x,y"}}})
	if err != nil {
		t.Error(err)
	}
}

// own is an action of a user's own.
type own struct{ encode func() }

func (own) ActionName() string { return "Own" }

func (o own) Encode(*transport.Builder) error {
	o.encode()
	return nil
}

// An Encode is the user's code: it may do actions itself, and may panic.
func TestEncodeMayDoAnything(t *testing.T) {
	conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
		p.Handle("Own", func(p *amitest.Peer, a amitest.Action) { p.Success(a) })
	})), func(c *ami.Config) { c.MaxInFlight = 1 })
	for range 3 {
		func() {
			defer func() { _ = recover() }()
			_, _ = conn.Do(t.Context(), own{func() { panic("own") }})
		}()
	}
	if _, err := conn.Do(t.Context(), own{func() { mustPing(t, conn) }}); err != nil {
		t.Error(err)
	}
}

// Should Asterisk refuse a message all the same, without an ActionID, the next
// answer ends the action.
func TestRefusalWithoutActionID(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Expect("X")
		p.Emit("Response", "Error", "Message", "Failed to parse message: line too long")
	}, func(t *testing.T, c *ami.Conn) {
		refused := doing(t.Context(), c, action.New("X"))
		synctest.Wait()
		mustPing(t, c)
		wantError(t, "Do", (<-refused).err, ami.ErrNoAnswer)
	})
}
