package ami_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// conversation is what a client of both managers does: the live one and the
// replayed one. It returns what it learnt.
func conversation(t *testing.T, srv *amitest.Server, record *bytes.Buffer) string {
	t.Helper()
	var learnt strings.Builder
	client := connectTo(t, srv, func(c *ami.Config) {
		if record != nil {
			c.Record = record
		}
	})
	sub := client.Subscribe(event.Named("Odd"), nil)
	channels, err := ami.List(t.Context(), client, action.CoreShowChannels{})
	learnt.WriteString(printed(len(channels), err))
	_, err = client.Do(t.Context(), action.New("Odd", "Password", "p4ss", "Secret", "s3cret", "Text", "caf\u00e9\xff"))
	learnt.WriteString(printed(err))
	odd := next(t, sub)
	learnt.WriteString(odd.Fields().String())
	_, err = client.Do(t.Context(), action.New("Cut"))
	learnt.WriteString(printed(err))
	if err := client.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	config, err := client.Do(t.Context(), action.New("GetConfig", "Filename", "sip.conf"))
	learnt.WriteString(printed(config.Get("Category-000000"), err))
	_ = client.Close()
	return learnt.String()
}

func printed(values ...any) string {
	var b strings.Builder
	for _, value := range values {
		if err, ok := value.(error); ok {
			value = strings.Split(err.Error(), ":")[2]
		}
		b.WriteString(strings.TrimSpace(strings.ReplaceAll(fmt.Sprint(value), "\n", " ")) + "\n")
	}
	return b.String()
}

// A record is played back: the replayed manager answers as the live one did,
// oddities included.
func TestRecordAndReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live := serve(t, func(p *amitest.Peer) {
			p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
				p.List(a, "CoreShowChannelsComplete", []string{"Event", "CoreShowChannel", "Channel", "a"}, []string{"Event", "CoreShowChannel", "Channel", "b"})
			})
			p.Handle("Odd", func(p *amitest.Peer, a amitest.Action) {
				p.Write("Response: Error\r\nActionID: " + a.ID() + "\r\nMessage: No AORs found\n\r\n")
				p.Write("Event: Odd\nPrivilege: user,all\r\nBytes: \x01\xff\"\\\r\nno colon\r\n\r\n")
			})
			p.Handle("GetConfig", func(p *amitest.Peer, a amitest.Action) {
				p.Success(a, "Category-000000", "bob", "Line-000000-000000", "secret=p4ss", "Line-000000-000001", "100=p4ss,Bob", "JSON", `{"pw":"p4ss"}`)
			})
			cutting(p)
		})
		var record bytes.Buffer
		want := conversation(t, live, &record)
		for _, hidden := range []string{"p4ss", "s3cret", secret} {
			if strings.Contains(record.String(), hidden) {
				t.Errorf("the record holds %s:\n%s", hidden, &record)
			}
		}
		for _, kept := range []string{"\n# connected\n", "> Password: (redacted)\n", "> Secret: (redacted)\n", "> Key: (redacted)\n",
			"< Line-000000-000001: 100=(redacted)\n", "< JSON: (redacted)\n", `<"Message: No AORs found\n"`, `<"Event: Odd\n"`, `<"Bytes: \x01\xff`, `>"Text: caf`} {
			if !strings.Contains("\n"+record.String(), kept) {
				t.Errorf("the record lacks %q:\n%s", kept, &record)
			}
		}
		transcript, err := amitest.ReadTranscript(&record)
		if err != nil {
			t.Fatal(err)
		}
		if got := conversation(t, serve(t, transcript.Script()), nil); got != want {
			t.Errorf("the replay taught %q, the live manager %q", got, want)
		}
	})
}

// Secrets that stand in configuration files, and in what a Command prints, are
// not in the record; the rest of their lines is.
func TestRecordOfOtherSecrets(t *testing.T) {
	for line, want := range map[string]string{
		"Match-000000: p4ss":                   "Match-000000: (redacted)",
		"Value-000000: p4ss":                   "Value-000000: (redacted)",
		"Secret : p4ss":                        "Secret : (redacted)",
		"Output: password       : p4ss":        "Output: password       : (redacted)",
		"Output:    Refresh_Token=p4ss":        "Output:    Refresh_Token=(redacted)",
		"Output: md5_cred: p4ss":               "Output: md5_cred: (redacted)",
		"password                  : p4ss":     "password                  : (redacted)",
		"NewPassword: p4ss":                    "NewPassword: (redacted)",
		"Output: voicemail_passwd: p4ss":       "Output: voicemail_passwd: (redacted)",
		"UsingPassword: 0":                     "UsingPassword: 0",
		"Key: /family/key":                     "Key: /family/key",
		"Output: username       : 1001":        "Output: username       : 1001",
		"Output: Secret":                       "Output: Secret",
		"Line-000000-000000: secret=>p4ss=a:b": "Line-000000-000000: secret=(redacted)",
	} {
		var record bytes.Buffer
		conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
			a := p.Expect("Print")
			p.Write("Response: Success\r\nActionID: " + a.ID() + "\r\n" + line + "\r\n\r\n")
		})), func(c *ami.Config) { c.Record = &record })
		mustDo(t, conn, "Print")
		_ = conn.Close()
		if !strings.Contains(record.String(), "\n< "+want+"\n") || strings.Contains(record.String(), "p4ss") {
			t.Errorf("%s: the record lacks %q:\n%s", line, want, &record)
		}
	}
}

// Two connections at once are told apart.
func TestRecordOfTwoConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var record bytes.Buffer
		peers := make(chan *amitest.Peer, 2)
		srv := serve(t, func(p *amitest.Peer) {
			p.Login()
			peers <- p
			p.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) { p.Success(a, "Value", a.Get("Variable")+"!") })
			p.Serve()
		})
		client := connectTo(t, srv, func(c *ami.Config) { c.Record, c.ActionSessions = &record, 1 })
		sub := client.Subscribe(event.Named("Tick"), nil)
		events := <-peers
		for _, name := range []string{"A", "B", "C"} {
			mustDo(t, client, "Getvar", "Variable", name)
			events.Emit("Event", "Tick", "Privilege", "user,all", "Number", name)
			next(t, sub)
		}
		_ = client.Close()
		transcript, err := amitest.ReadTranscript(&record)
		if err != nil || len(transcript.Connections) != 2 {
			t.Fatalf("ReadTranscript = %+v, %v, want two connections", transcript, err)
		}
		for i, want := range []string{"Number: A Number: B Number: C", "Value: A! Value: B! Value: C!"} {
			var got []string
			for _, line := range transcript.Connections[i] {
				if !line.Client && (strings.HasPrefix(line.Text, "Number") || strings.HasPrefix(line.Text, "Value")) {
					got = append(got, strings.TrimSpace(line.Text))
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("connection %d: %q, want %q", i+1, got, want)
			}
		}
	})
}

// stuck is a writer that blocks until it is let go.
type stuck struct {
	text  bytes.Buffer
	letGo chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	<-s.letGo
	return s.text.Write(p)
}

// A writer that blocks holds up no action, no event and no reconnect; lines
// that are left out are counted, and Close waits for the rest.
func TestRecordWriterIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		record := &stuck{letGo: make(chan struct{})}
		client := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("Long", func(p *amitest.Peer, a amitest.Action) {
				p.Success(a, slices.Repeat([]string{"Line", "1"}, 1000)...)
			})
			cutting(p)
		}), func(c *ami.Config) { c.Record = record })
		start := time.Now()
		for range 70 { // more than 65536 lines in all
			mustDo(t, client, "Long")
		}
		_, _ = client.Do(t.Context(), action.New("Cut"))
		if err := client.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustPing(t, client)
		if took := time.Since(start); took > time.Second {
			t.Errorf("the session took %v", took)
		}
		closed := make(chan struct{})
		go func() { // ends with Close
			_ = client.Close()
			close(closed)
		}()
		synctest.Wait()
		select {
		case <-closed:
			t.Error("Close did not wait for the record")
		default:
		}
		close(record.letGo)
		<-closed
		text := record.text.String()
		if !strings.Contains(text, " lines are missing here") || strings.Count(text, "# connected\n") != 2 {
			t.Errorf("the record ends with %q and has %d connections", text[max(0, len(text)-300):], strings.Count(text, "# connected\n"))
		}
		if _, err := amitest.ReadTranscript(strings.NewReader(text)); err != nil {
			t.Error(err)
		}
	})
}

// What waits for a writer that blocks is bounded in bytes, and so is a line
// without an end.
func TestRecordIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		record := &stuck{letGo: make(chan struct{})}
		conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
			p.Handle("Long", func(p *amitest.Peer, a amitest.Action) {
				for range 40 {
					p.Write("Event: Long\r\nText: " + strings.Repeat("x", 1<<20-10) + "\r\n\r\n")
				}
				p.Success(a)
			})
			p.Handle("Endless", func(p *amitest.Peer, a amitest.Action) {
				for range 10 {
					p.Write(strings.Repeat("y", 1<<20))
				}
				p.Write("\r\n\r\n")
				p.Success(a)
			})
		})), func(c *ami.Config) { c.Record = record })
		mustDo(t, conn, "Long")
		close(record.letGo)
		synctest.Wait()
		mustDo(t, conn, "Endless")
		_ = conn.Close()
		text := record.text.String()
		if got := strings.Count(text, "x"); got < 10<<20 || got > 20<<20 {
			t.Errorf("%d bytes of what waited were kept, want about 16 MiB", got)
		}
		if got := strings.Count(text, "y"); got < 2<<20 || got > 3<<20 {
			t.Errorf("%d bytes of the long line were kept, want 2 MiB", got)
		}
		for _, says := range []string{" lines are missing here", "\n# 8388610 bytes are left out of the next line\n< y"} {
			if !strings.Contains(text, says) {
				t.Errorf("the record does not say %q", says)
			}
		}
		if _, err := amitest.ReadTranscript(strings.NewReader(text)); err != nil {
			t.Error(err)
		}
	})
}

// A login that fails is in the record when Dial returns.
func TestRecordOfAFailedLogin(t *testing.T) {
	var record bytes.Buffer
	srv := serve(t, refusing)
	_, err := ami.Dial(t.Context(), srv.Addr(), configOf(srv, func(c *ami.Config) { c.Record = &record }))
	wantError(t, "Dial", err, ami.ErrLoginRefused)
	if !strings.Contains(record.String(), "< Message: Authentication failed\n") {
		t.Errorf("the record: %s", &record)
	}
}
