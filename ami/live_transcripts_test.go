package ami_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// scenes are sessions that are recorded from real servers and played again.
// Each returns what its caller was told, as a text.
var scenes = map[string]func(t *testing.T, conn *ami.Conn) string{
	"originate-async": func(t *testing.T, conn *ami.Conn) string {
		return outcome(t, conn, "Local/answer-short@outcome") + outcome(t, conn, "Local/nobody@outcome")
	},
	"command": func(t *testing.T, conn *ami.Conn) string {
		return told(t, conn, action.Command{Command: "dialplan show app"}, action.Command{Command: "no such command"})
	},
	"list": func(t *testing.T, conn *ami.Conn) string {
		return told(t, conn, action.QueueStatus{}, action.New("PJSIPShowEndpoints"), action.CoreShowChannels{},
			action.New("FAXStats"), action.New("DBGet", "Family", "none", "Key", "none"))
	},
	"list-error": func(t *testing.T, conn *ami.Conn) string {
		return told(t, conn, action.New("PJSIPShowContacts"), action.New("ConfbridgeListRooms"), action.New("PJSIPShowEndpoint", "Endpoint", "none"),
			action.Status{Channel: "none"}, action.New("QueueRule"), action.New("Unheard"))
	},
	"odd-answers": func(t *testing.T, conn *ami.Conn) string {
		return told(t, conn, action.New("JabberSend", "Jabber", "none", "ScreenName", "a@b.test", "Message", "x"),
			action.New("ModuleLoad"), action.New("IAXnetstats"), action.New("ModuleLoad", "Module", "none.so"), action.New("Events"))
	},
	"snapshot": func(t *testing.T, conn *ami.Conn) string {
		sub := conn.Subscribe(event.Named("QueueMemberPause"), &ami.SubscribeConfig{Snapshot: []action.Action{action.QueueStatus{Queue: "support"}, action.CoreShowChannels{}}})
		defer sub.Close()
		var text strings.Builder
		for ev, err := range upTo[event.Synced](t, sub) {
			fmt.Fprintf(&text, "%v %s\n", err, withoutID(ev.Fields().String()))
		}
		return text.String()
	},
}

// sceneMask keeps the recordings short.
const sceneMask = "system,call"

// A session recorded from a real server and played by amitest tells its caller
// the same. With ASTERISK_RECORD=1 the recordings replace those of testdata.
func TestLiveTranscripts(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nil)
			for name, scene := range scenes {
				t.Run(name, func(t *testing.T) {
					var record bytes.Buffer
					conn := connect(t, s, "all", func(c *ami.Config) { c.Record, c.EventMask = &record, sceneMask })
					live := scene(t, conn)
					_ = conn.Close()
					if again := replay(t, record.Bytes(), scene); again != live {
						t.Errorf("replayed: %s", difference(again, live))
					}
					if os.Getenv("ASTERISK_RECORD") == "1" {
						keep(t, name+"-"+v.String(), record.Bytes(), live)
					}
				})
			}
		})
	}
}

// What Asterisk tells of its configuration is recorded without the secrets.
func TestLiveRecordingHoldsNoSecret(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		var record bytes.Buffer
		conn := connect(t, s, "all", func(c *ami.Config) { c.Record, c.PlainLogin = &record, true })
		var told strings.Builder
		for _, a := range []action.Action{action.New("PJSIPShowEndpoint", "Endpoint", "100"), action.New("PJSIPShowAuths"),
			action.New("GetConfig", "Filename", "manager.conf"), action.New("GetConfigJSON", "Filename", "manager.conf"),
			action.New("GetConfig", "Filename", "pjsip.conf"), action.New("GetConfig", "Filename", "voicemail.conf")} {
			response := do(t, conn, a)
			told.WriteString(response.Fields.String())
			for _, ev := range response.Events {
				told.WriteString(ev.Fields().String())
			}
		}
		_ = conn.Close()
		secrets := []string{"secret-100", "=1000,Phone"}
		for _, user := range s.Users() {
			secrets = append(secrets, user.Secret)
		}
		for _, secret := range secrets {
			if !strings.Contains(told.String(), secret) {
				t.Errorf("no answer told the secret %q, want a test of it", secret)
			}
			if strings.Contains(record.String(), secret) {
				t.Errorf("the recording holds the secret %q", secret)
			}
		}
	})
}

// The recordings of testdata tell what they told when they were made.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.ami")
	if err != nil || len(files) < 2*len(scenes) {
		t.Fatalf("%d recordings, %v, want one of each scene and version", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".ami")
		scene := scenes[name[:max(0, strings.LastIndexByte(name, '-'))]]
		if scene == nil {
			continue // of another test
		}
		t.Run(name, func(t *testing.T) {
			transcript, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.TrimSuffix(file, ".ami") + ".told")
			if err != nil {
				t.Fatal(err)
			}
			if got := replay(t, transcript, scene); got != string(want) {
				t.Error(difference(got, string(want)))
			}
		})
	}
}

func replay(t *testing.T, transcript []byte, scene func(*testing.T, *ami.Conn) string) string {
	t.Helper()
	played, err := amitest.ReadTranscript(bytes.NewReader(transcript))
	if err != nil {
		t.Fatal(err)
	}
	server := amitest.NewServer(played.Script())
	conn, err := ami.Dial(deadline(t, 10*time.Second), server.Addr(), &ami.Config{Username: "all", Secret: "another", EventMask: sceneMask, Dial: server.Dial})
	if err != nil {
		t.Fatalf("Dial = %v; %v", err, server.Err())
	}
	told := scene(t, conn)
	_ = conn.Close()
	if err := server.Close(); err != nil {
		t.Errorf("the replayer: %v", err)
	}
	return told
}

// difference is the first line in which texts differ.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is %q, want %q", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d:\n%s\nwant\n%s", len(g), len(w), got, want)
}

func keep(t *testing.T, name string, transcript []byte, told string) {
	t.Helper()
	if len(transcript) > 20<<10 {
		t.Errorf("%s: %d bytes, want at most 20 KiB", name, len(transcript))
	}
	for file, content := range map[string]string{name + ".ami": string(transcript), name + ".told": told} {
		if err := os.WriteFile(filepath.Join("testdata", file), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// told is what the actions answer.
func told(t *testing.T, conn *ami.Conn, actions ...action.Action) string {
	t.Helper()
	var text strings.Builder
	for _, a := range actions {
		response, err := conn.Do(deadline(t, 10*time.Second), a)
		fmt.Fprintf(&text, "== %s: %v\n", a.ActionName(), err)
		if err != nil {
			continue
		}
		text.WriteString(withoutID(response.Fields.String()))
		for _, ev := range response.Events {
			fmt.Fprintf(&text, "-- %T\n%s", ev, withoutID(ev.Fields().String()))
		}
		if response.End != nil {
			fmt.Fprintf(&text, "-- end\n%s", withoutID(response.End.Fields().String()))
		}
	}
	return text.String()
}

// outcome is what becomes of a call.
func outcome(t *testing.T, conn *ami.Conn, channel string) string {
	t.Helper()
	call, err := ami.Originate(deadline(t, 10*time.Second), conn, action.Originate{Channel: channel, Application: "Wait", Data: "1",
		Timeout: 5 * time.Second, CallerID: action.CallerID("O'Brien?", "1234")})
	if err != nil {
		return fmt.Sprintf("== %s: %v\n", channel, err)
	}
	o, err := call.Wait(deadline(t, 10*time.Second))
	return fmt.Sprintf("== %s: %v, %v, reason %v, cause %v, channel %s\n", channel, err, o, o.Reason, o.Cause, o.Channel)
}

// upTo yields the events of a subscription up to the first E, included.
func upTo[E event.Event](t *testing.T, sub *event.Subscription) func(func(event.Event, error) bool) {
	return func(yield func(event.Event, error) bool) {
		for ctx := deadline(t, 10*time.Second); ; {
			ev, err := sub.Next(ctx)
			if err != nil {
				t.Fatalf("waiting for the end of the snapshot: %v", err)
			}
			_, last := ev.(E)
			if !yield(ev, err) || last {
				return
			}
		}
	}
}

// withoutID leaves out the ActionIDs, which differ each time.
func withoutID(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "ActionID: ") {
			kept.WriteString(strings.TrimRight(line, "\r\n") + "\n")
		}
	}
	return kept.String()
}
