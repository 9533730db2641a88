package ami_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// Secrets appear in no error, log, String or recording.
func TestNothingTellsTheSecret(t *testing.T) {
	for _, plain := range []bool{false, true} {
		var log, record shared
		tell := func(values ...any) {
			for _, value := range values {
				tellAll(&log, value)
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
		tell(config, *config, struct{ Config *ami.Config }{config}, struct{ Config ami.Config }{*config}, []ami.Config{*config})
		for _, value := range []any{config, *config, []ami.Config{*config}} {
			data, err := xml.Marshal(value)
			_, _ = fmt.Fprintf(&log, "%s %v\n", data, err)
		}
		conn, err := ami.Dial(t.Context(), good.Addr(), config)
		if err != nil {
			t.Fatal(err)
		}
		tell(conn, struct{ Session ami.Session }{conn}, []any{conn})
		_, err = conn.Do(t.Context(), action.New("Login", "Username", "u", "Secret", "\x00"))
		tell(err)
		mustDo(t, conn, "Login", "Username", "u", "Secret", secret)
		_ = conn.Close()
		tell(struct{ conn *ami.Conn }{conn}) // fmt looks into what is not exported, at what a session may be changing
		client, err := ami.Connect(t.Context(), good.Addr(), config)
		if err != nil {
			t.Fatal(err)
		}
		tell(client, struct{ Session ami.Session }{client}, map[string]any{"x": client})
		_ = client.Close()
		tell(client.Err(), struct{ client *ami.Client }{client})

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

// tellAll prints and logs a value in all ways that a program does.
func tellAll(log io.Writer, value any) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%t"} {
		_, _ = fmt.Fprintf(log, verb+"\n", value)
	}
	data, err := json.Marshal(value)
	_, _ = fmt.Fprintf(log, "%s %v\n", data, err)
	for _, handler := range []slog.Handler{slog.NewTextHandler(log, nil), slog.NewJSONHandler(log, nil)} {
		slog.New(handler).Info("told", "value", value, "group", slog.GroupValue(slog.Any("value", value)))
	}
}

// What holds the passwords of others prints them no more than its own.
func TestAnswersPrintNoPassword(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {
		a := p.Expect("PJSIPShowEndpoint")
		p.List(a, "EndpointDetailComplete",
			[]string{"Event", "EndpointDetail", "ObjectName", "100"},
			[]string{"Event", "AuthDetail", "Username", "shown", "Password", secret, "Md5Cred", secret})
		a = p.Expect("PJSIPShowRegistrationsOutbound")
		p.List(a, "OutboundRegistrationDetailComplete",
			[]string{"Event", "OutboundRegistrationDetail", "ObjectName", "shown"},
			[]string{"Event", "AuthDetail", "Username", "shown", "OauthSecret", secret})
		p.Success(p.Expect("GetConfig"), "Category-000000", "shown", "Line-000000-000000", "secret="+secret)
		p.Success(p.Expect("GetConfigJSON"), "Message", "shown", "JSON", `{"100":{"secret":"`+secret+`"}}`)
		p.Reply(p.Expect("Command"), "Response", "Error", "Message", "shown", "Output", "shown", "Output", "password : "+secret)
	})
	endpoint, err := ami.PJSIPEndpoint(t.Context(), conn, "100")
	if err != nil || len(endpoint.Auths) != 1 || endpoint.Auths[0].Password != secret {
		t.Fatalf("PJSIPEndpoint = %v, %v", endpoint, err)
	}
	registrations, err := ami.PJSIPRegistrations(t.Context(), conn)
	if err != nil || len(registrations) != 1 {
		t.Fatalf("PJSIPRegistrations = %v, %v", registrations, err)
	}
	config := mustDo(t, conn, "GetConfig")
	asJSON := mustDo(t, conn, "GetConfigJSON")
	_, refused := conn.Do(t.Context(), action.Command{Command: "x"})
	for what, value := range map[string]any{
		"an endpoint": endpoint, "registrations": registrations, "a file": config, "a file as a value": *config, "JSON": asJSON, "a refusal": refused,
		"a list": &ami.Response{Events: []event.Event{endpoint.Auths[0]}, End: endpoint.Auths[0]},
	} {
		var log shared
		tellAll(&log, value)
		for _, hidden := range []string{secret, fmt.Sprintf("%x", secret)} {
			if i := strings.Index(log.String(), hidden); i >= 0 {
				t.Errorf("%s prints a password: %q", what, log.String()[max(0, i-100):i+20])
			}
		}
		if !strings.Contains(log.String(), "shown") {
			t.Errorf("%s prints nothing of what is no secret: %s", what, log.String())
		}
	}
	if config.Get("Line-000000-000000") != "secret="+secret {
		t.Errorf("the file itself is changed: %q", config.Get("Line-000000-000000"))
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
