package ajam_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// conversation is what a client does with the recorded server, and with the replayed one. It returns what it learnt.
func conversation(t *testing.T, c *ajam.Client) string {
	t.Helper()
	ctx := deadline(t, time.Minute)
	var learnt strings.Builder
	learn := func(values ...any) { learnt.WriteString(strings.TrimSpace(fmt.Sprintln(values...)) + "\n") }
	sub := c.Subscribe(event.Named("UserEvent"), nil)
	defer sub.Close()
	channels, err := ami.List(ctx, c, action.CoreShowChannels{})
	learn(len(channels), err)
	lines, err := ami.Command(ctx, c, "no such command")
	learn(lines, err)
	for _, name := range []string{"One", "Two"} {
		_, err := c.Do(ctx, action.UserEvent{UserEvent: name, Fields: []action.Field{{Key: "Secret", Value: secret}}})
		learn(err)
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("Next = %v", err)
		}
		learn(ev.EventName(), ev.Fields().Get("UserEvent"))
	}
	config, err := c.Do(ctx, action.New("GetConfig", "Filename", "manager.conf", "Category", "all"))
	learn(err)
	if err == nil {
		learn(config.Get("Category-000000"))
	}
	_, err = c.Do(ctx, action.New("Unheard"))
	learn(err)
	return learnt.String()
}

// replayed is what the conversation learns of the server that plays a record.
func replayed(t *testing.T, record []byte) string {
	t.Helper()
	transcript, err := amitest.ReadTranscript(bytes.NewReader(record))
	if err != nil {
		t.Fatalf("%v in\n%s", err, record)
	}
	srv := amitest.NewServer(transcript.Script())
	c, err := ajam.Connect(deadline(t, time.Minute), "http://pbx", &ajam.Config{Config: ami.Config{Username: "all", Secret: "another"}, HTTPClient: srv.HTTPClient()})
	if err != nil {
		t.Fatalf("Connect to the replay = %v, %v, of\n%s", err, srv.Close(), record)
	}
	learnt := conversation(t, c)
	_ = c.Close()
	if err := srv.Close(); err != nil {
		t.Errorf("the replay: %v of\n%s", err, record)
	}
	return learnt
}

// A session that was recorded over HTTP is played back: it tells the same. No secret is in the record.
func TestLiveRecord(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for name, mutate := range credentials {
			t.Run(name, func(t *testing.T) {
				var record bytes.Buffer
				c, err := ajam.Connect(deadline(t, time.Minute), plain(s), configFor(s, "all", func(c *ajam.Config) {
					mutate(c)
					c.Record = &record
				}))
				if err != nil {
					t.Fatalf("Connect = %v", err)
				}
				live := conversation(t, c)
				_ = c.Close()
				text := record.String() // Close has waited for all of it
				for _, user := range s.Users() {
					if strings.Contains(text, user.Secret) {
						t.Errorf("the record holds the secret of %s", user.Name)
					}
				}
				if strings.Contains(text, secret) || strings.Contains(text, "WaitEvent") {
					t.Errorf("the record holds a secret, or requests for events:\n%s", text)
				}
				for _, part := range []string{"# connected\n< HTTP Asterisk/", "> Action: CoreShowChannels\n", "> Secret: (redacted)\n", "< UserEvent: Two\n", "< Line-000000-000000: secret=(redacted)\n"} {
					if !strings.Contains(text, part) {
						t.Errorf("the record lacks %q:\n%s", part, text)
					}
				}
				if got := replayed(t, []byte(text)); got != live {
					t.Errorf("the replay taught\n%s\nand the server\n%s", got, live)
				}
			})
		}
	})
}

// A session that was lost is a connection of its own in the record, and what fails is a comment.
func TestRecordOfTwoSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var record bytes.Buffer
		peers := make(chan *amitest.Peer, 10)
		c := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("Cut", func(p *amitest.Peer, a amitest.Action) { p.Cut() })
			p.LoginAs("u", secret)
			peers <- p
			p.Serve()
		}), func(c *ajam.Config) { c.Record = &record })
		sub := c.Subscribe(event.Named("News"), nil)
		(<-peers).Emit("Event", "News", "Privilege", "call,all", "Bytes", "\x01\xff")
		next(t, sub)
		_, err := c.Do(t.Context(), action.New("Cut"))
		wantError(t, "Do(Cut)", err, nil)
		<-peers
		if err := c.Ready(t.Context()); err != nil {
			t.Fatalf("Ready = %v", err)
		}
		mustDo(t, c, "Ping")
		_ = c.Close()
		text := record.String()
		if n := strings.Count("\n"+text, "\n# connected\n"); n != 2 {
			t.Errorf("%d connections, want 2:\n%s", n, text)
		}
		for _, part := range []string{"# Cut failed: ", "< Event: News\n", `<"Bytes: \x01\xff\r\n"`, "> Action: Logoff\n"} {
			if !strings.Contains(text, part) {
				t.Errorf("the record lacks %q:\n%s", part, text)
			}
		}
		if strings.Contains(text, secret) {
			t.Errorf("the record holds the secret:\n%s", text)
		}
	})
}

// Nothing is recorded after Close, whatever is still in flight.
func TestRecordEndsWithClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var record bytes.Buffer // not for several goroutines
		c := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("Forever", func(*amitest.Peer, amitest.Action) {})
			p.Login()
			p.Serve()
		}), func(c *ajam.Config) { c.Record = &record })
		over := make(chan error, 1)
		go func() { // ends with Close
			_, err := c.Do(context.Background(), action.New("Forever"))
			over <- err
		}()
		synctest.Wait()
		_ = c.Close()
		before := record.Len()
		wantError(t, "Do", <-over, ami.ErrOutcomeUnknown)
		synctest.Wait()
		if after := record.Len(); after != before {
			t.Errorf("%d bytes were recorded after Close", after-before)
		}
	})
}
