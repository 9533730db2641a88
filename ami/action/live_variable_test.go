package action_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// functions are names with all that the splitter of the header Variable looks at.
var functions = []string{
	"PLAIN", "HASH(h,Alert-Info)", "HASH(h,a b)", `HASH(h,a"b)`, `HASH(h,a\b)`, "HASH(h,a(b)c)", "HASH(h,a(b)", "HASH(h,a[b])", "HASH(h,[)",
	"CDR(my field)", "GLOBAL(G,x)",
}

// What Originate and Setvar set under a name is there under that name.
func TestLiveVariableNames(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn := dial(t, s)
		call := action.Originate{Channel: "Local/answer@outcome/n", Application: "Wait", Data: "20", Async: true, ChannelID: "names-" + s.Version().String()}
		for i, name := range functions {
			call.Variables = append(call.Variables, asterisk.Variable{Name: name, Value: fmt.Sprintf(`%d,"x"`, i)})
		}
		if _, err := do(t, conn, call, 10*time.Second); err != nil {
			t.Fatal(err)
		}
		channel := channelOf(t, conn, call.ChannelID)
		for i, name := range functions {
			wantVariable(t, conn, channel, name, fmt.Sprintf(`%d,"x"`, i))
			if _, err := do(t, conn, action.Setvar{Channel: channel, Variable: name, Value: name}, 10*time.Second); err != nil {
				t.Errorf("Setvar %s: %v", name, err)
			}
			wantVariable(t, conn, channel, name, name)
		}
		// The action Status takes a list of names apart in the same way.
		response, err := do(t, conn, action.Status{Channel: channel, Variables: functions}, 10*time.Second)
		if err != nil || len(response.Events) != 1 {
			t.Fatalf("Status = %v, %v", response, err)
		}
		got := response.Events[0].(event.Status).Variable
		for i, name := range functions {
			if want := (asterisk.Variable{Name: name, Value: name}); i >= len(got) || got[i] != want {
				t.Errorf("Status: the variables are %q, want %q in place %d", got, want, i)
			}
		}
	})
}

// channelOf waits for the channel with an ID.
func channelOf(t *testing.T, conn *ami.Conn, id string) string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		channels, err := ami.List(t.Context(), conn, action.CoreShowChannels{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range channels {
			if c.UniqueID == id && c.Application == "Wait" {
				return c.Channel
			}
		}
	}
	t.Fatalf("no channel %s came up", id)
	return ""
}

func wantVariable(t *testing.T, conn *ami.Conn, channel, name, want string) {
	t.Helper()
	response, err := do(t, conn, action.Getvar{Channel: channel, Variable: name}, 10*time.Second)
	if err != nil {
		t.Errorf("Getvar %s: %v", name, err)
	} else if got := response.Get("Value"); got != want {
		t.Errorf("%s is %q, want %q", name, got, want)
	}
}

// PJSIPNotify and MessageSend make SIP headers of their variables.
func TestLiveVariablesAsHeaders(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			phone, err := net.ListenPacket("udp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer phone.Close()
			uri := "sip:phone@" + phone.LocalAddr().String()
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"pjsip.conf": "\n[far]\ntype = endpoint\ntransport = lab\naors = far\n" +
				"[far]\ntype = aor\ncontact = " + uri + "\n"}})
			conn := dial(t, s)
			value := `a,"b" \c (d [e`
			header := asterisk.Variable{Name: "X-Test", Value: value}
			for _, a := range []action.Action{
				action.PJSIPNotify{Endpoint: "far", Variables: []asterisk.Variable{{Name: "Event", Value: "check"}, header}},
				action.MessageSend{Destination: "pjsip:far", To: "pjsip:far", From: "sip:me@lab", Body: "line\r\nbreak", Variables: []asterisk.Variable{header}},
			} {
				if _, err := do(t, conn, a, 10*time.Second); err != nil {
					t.Errorf("%s: %v", a.ActionName(), err)
					continue
				}
				request := received(t, phone, map[string]string{"PJSIPNotify": "NOTIFY ", "MessageSend": "MESSAGE "}[a.ActionName()])
				if want := "\r\nX-Test: " + value + "\r\n"; !strings.Contains(request, want) {
					t.Errorf("%s sends no %q:\n%s", a.ActionName(), want, request)
				}
				if message, ok := a.(action.MessageSend); ok && !strings.HasSuffix(request, "\r\n\r\n"+message.Body) {
					t.Errorf("the message ends in another body than %q:\n%s", message.Body, request)
				}
			}
		})
	}
}

// received waits for a SIP request that begins so.
func received(t *testing.T, phone net.PacketConn, begin string) string {
	t.Helper()
	if err := phone.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 64<<10)
	for {
		n, _, err := phone.ReadFrom(buffer)
		if err != nil {
			t.Fatalf("no %s came: %v", begin, err)
		}
		if request := string(buffer[:n]); strings.HasPrefix(request, begin) {
			return request
		}
	}
}

// What the comments of Getvar, DBGet and Status say of long values.
func TestLiveLongValues(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn := dial(t, s)
		for _, a := range []action.Action{
			action.Setvar{Variable: "LAB_LONG", Value: strings.Repeat("x", 1000)},
			action.DialplanExtensionAdd{Context: "long", Extension: "s", Priority: "1", Application: "Set", ApplicationData: "LONG=${LAB_LONG}${LAB_LONG}"},
			action.DialplanExtensionAdd{Context: "long", Extension: "s", Priority: "2", Application: "Set", ApplicationData: "DB(lab/long)=${LONG}"},
			action.DialplanExtensionAdd{Context: "long", Extension: "s", Priority: "3", Application: "Answer"},
			action.DialplanExtensionAdd{Context: "long", Extension: "s", Priority: "4", Application: "Wait", ApplicationData: "20"},
		} {
			if _, err := do(t, conn, a, 10*time.Second); err != nil {
				t.Fatalf("%#v: %v", a, err)
			}
		}
		id := "long-" + s.Version().String()
		call := action.Originate{Channel: "Local/s@long/n", Application: "Wait", Data: "20", Async: true, ChannelID: id + "-a", OtherChannelID: id + "-b"}
		if _, err := do(t, conn, call, 10*time.Second); err != nil {
			t.Fatal(err)
		}
		channel := channelOf(t, conn, id+"-b")
		response, err := do(t, conn, action.Getvar{Channel: channel, Variable: "LONG"}, 10*time.Second)
		if err != nil || len(response.Get("Value")) != 1023 {
			t.Errorf("Getvar gives %d bytes, %v, want 1023", len(response.Get("Value")), err)
		}
		status, err := do(t, conn, action.Status{Channel: channel, Variables: []string{"LONG"}}, 10*time.Second)
		if err != nil || len(status.Events) != 1 {
			t.Fatalf("Status = %v, %v", status, err)
		}
		if got := len(status.Events[0].Fields().Get("Variable")); got != len("LONG=")+511 {
			t.Errorf("Status gives %d bytes of a value, want 511", got-len("LONG="))
		}
		want := map[lab.Version]int{16: 255}[s.Version()]
		if want == 0 {
			want = 2000
		}
		if got, err := ami.List(t.Context(), conn, action.DBGet{Family: "lab", Key: "long"}); err != nil || len(got) != 1 || len(got[0].Val) != want {
			t.Errorf("DBGet = %d bytes, %v, want %d", len(fmt.Sprint(got)), err, want)
		}
		if got, err := ami.List(t.Context(), conn, action.DBGetTree{Family: "lab", Key: "long"}); err != nil || len(got) != 1 || len(got[0].Val) != 2000 {
			t.Errorf("DBGetTree = %d bytes, %v, want 2000", len(fmt.Sprint(got)), err)
		}
	})
}
