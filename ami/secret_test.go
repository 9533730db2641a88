package ami_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// Secrets appear in no error, log, String or recording.
func TestNothingTellsTheSecret(t *testing.T) {
	for _, plain := range []bool{false, true} {
		var log, record shared
		tell := func(values ...any) {
			for _, value := range values {
				for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
					_, _ = fmt.Fprintf(&log, verb+"\n", value)
				}
			}
			for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
				slog.New(handler).Info("told", "values", values, "first", values[0])
			}
		}
		adjust := func(c *ami.Config) {
			c.PlainLogin, c.Logger, c.Record, c.RetryMin = plain, logTo(&log), &record, 1
		}
		good := serve(t, func(p *amitest.Peer) {
			p.LoginAs("u", secret)
			p.Serve()
		})
		config := configOf(good, adjust)
		tell(config, *config)
		conn, err := ami.Dial(t.Context(), good.Addr(), config)
		if err != nil {
			t.Fatal(err)
		}
		tell(conn)
		_, err = conn.Do(t.Context(), action.New("Login", "Username", "u", "Secret", "\x00"))
		tell(err)
		mustDo(t, conn, "Login", "Username", "u", "Secret", secret)
		_ = conn.Close()
		client, err := ami.Connect(t.Context(), good.Addr(), config)
		if err != nil {
			t.Fatal(err)
		}
		tell(client)
		_ = client.Close()
		tell(client.Err())

		bad := serve(t, func(p *amitest.Peer) { p.LoginAs("u", "another") })
		_, err = ami.Dial(t.Context(), bad.Addr(), configOf(bad, adjust))
		tell(err)
		_, err = ami.Connect(t.Context(), bad.Addr(), configOf(bad, adjust))
		tell(err)
		cut := serve(t, func(p *amitest.Peer) {
			p.Handle("Login", func(p *amitest.Peer, _ amitest.Action) { p.Cut() })
			p.Login()
		})
		_, err = ami.Dial(t.Context(), cut.Addr(), configOf(cut, adjust))
		tell(err)
		_, err = ami.Dial(t.Context(), good.Addr(), configOf(good, func(c *ami.Config) {
			adjust(c)
			c.Secret += "\nAction: Command"
		}))
		tell(err)

		for name, text := range map[string]string{"log": log.String(), "record": record.String()} {
			for hidden, what := range map[string]string{secret: "secret", fmt.Sprintf("%x", secret): "secret in hex"} {
				if i := strings.Index(text, hidden); i >= 0 {
					t.Errorf("plain %v: the %s holds the %s: …%q", plain, name, what, text[max(0, i-80):i+20])
				}
			}
		}
		if !strings.Contains(record.String(), "(redacted)") {
			t.Errorf("the record shows no login: %s", record.String())
		}
	}
}

func TestConfigIsSafeToPrint(t *testing.T) {
	config := &ami.Config{Username: "crm", Secret: secret}
	if got := fmt.Sprintf("%v %+v %d", config, *config, config); strings.Contains(got, secret) || !strings.Contains(got, `"crm"`) {
		t.Errorf("a Config prints as %s", got)
	}
	var text bytes.Buffer
	logTo(&text).InfoContext(context.Background(), "x", "config", config)
	if got := text.String(); strings.Contains(got, secret) || !strings.Contains(got, "crm") {
		t.Errorf("a Config logs as %s", got)
	}
}
