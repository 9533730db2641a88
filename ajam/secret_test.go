package ajam_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// journal is a writer for several goroutines.
type journal struct {
	mu   sync.Mutex // guards text
	text strings.Builder
}

func (l *journal) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *journal) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// tell prints and logs values in all ways that a program does.
func tell(w io.Writer, values ...any) {
	for _, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%t"} {
			_, _ = fmt.Fprintf(w, verb+"\n", value)
		}
		for _, marshal := range []func(any) ([]byte, error){json.Marshal, xml.Marshal} {
			data, err := marshal(value)
			_, _ = fmt.Fprintf(w, "%s %v\n", data, err)
		}
		for _, handler := range []slog.Handler{slog.NewTextHandler(w, nil), slog.NewJSONHandler(w, nil)} {
			slog.New(handler).Info("told", "value", value)
		}
	}
}

// Secrets appear in no error, log, JSON or print, of a Config, a Client, and
// what holds one.
func TestNothingTellsTheSecret(t *testing.T) {
	for _, mode := range []ajam.Config{{}, {Config: ami.Config{PlainLogin: true}}, {Digest: true}} {
		var told journal
		config := mode
		config.Username, config.Secret = "u", secret
		tell(&told, config, &config, struct{ Config ajam.Config }{config}, struct{ Config *ajam.Config }{&config}, []ajam.Config{config})
		if !mode.Digest { // the manager of amitest has no Digest
			srv := serve(t, func(p *amitest.Peer) {
				p.LoginAs("u", secret)
				p.Serve()
			})
			config.HTTPClient, config.Logger = srv.HTTPClient(), slog.New(slog.NewTextHandler(&told, nil))
			client, err := ajam.Connect(t.Context(), "http://pbx", &config)
			if err != nil {
				t.Fatal(err)
			}
			tell(&told, client, struct{ Session ami.Session }{client}, []any{client})
			_, err = client.Do(t.Context(), action.New("Login", "Username", "u", "Secret", secret))
			tell(&told, err)
			_ = client.Close()
			tell(&told, client.Err(), struct{ client *ajam.Client }{client}) // fmt looks into what is not exported, at what a session may be changing
		} else {
			config.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
				return respond(http.StatusUnauthorized, strings.NewReader("")), nil
			})}
			_, err := ajam.Connect(t.Context(), "http://pbx", &config)
			tell(&told, err)
		}
		for _, hidden := range []string{secret, fmt.Sprintf("%x", secret)} {
			if i := strings.Index(told.String(), hidden); i >= 0 {
				t.Errorf("%+v tells the secret: %q", mode, told.String()[max(0, i-100):i+20])
			}
		}
		if !strings.Contains(told.String(), `Username: "u"`) && !strings.Contains(told.String(), `Username: \"u\"`) {
			t.Errorf("%+v does not tell whose login it is: %.200s", mode, told.String())
		}
	}
}

// embedding is a user's own configuration.
type embedding struct{ ajam.Config }

// The methods of the embedded ami.Config do not hide what is ajam's, nor is a secret seen in what embeds a Config.
func TestEmbeddedConfig(t *testing.T) {
	config := ajam.Config{Config: ami.Config{Username: "u", Secret: secret}, Digest: true}
	const want = `ajam.Config{Username: "u", Digest: true}`
	if got, err := config.MarshalText(); string(got) != want || err != nil {
		t.Errorf("MarshalText = %s, %v, want %s", got, err, want)
	}
	for _, got := range []string{config.String(), fmt.Sprint(config), fmt.Sprintf("%+v", &config), config.LogValue().String()} {
		if got != want {
			t.Errorf("a Config prints as %s, want %s", got, want)
		}
	}
	var told journal
	tell(&told, config.Config, &config.Config, embedding{config}, &embedding{config}, struct {
		HTTP ajam.Config
		AMI  ami.Config
	}{config, config.Config}, []ajam.Config{config})
	for _, hidden := range []string{secret, fmt.Sprintf("%x", secret)} {
		if strings.Contains(told.String(), hidden) {
			t.Errorf("what holds a Config tells the secret: %s", told.String())
		}
	}
}

// A Config is read from JSON as any struct is.
func TestConfigFromJSON(t *testing.T) {
	var config ajam.Config
	if err := json.Unmarshal([]byte(`{"Username":"u","Secret":"x","MaxInFlight":3,"Digest":true}`), &config); err != nil || config.Secret != "x" || config.MaxInFlight != 3 || !config.Digest {
		t.Errorf("Unmarshal = %v, %d, %v", config.Secret, config.MaxInFlight, err)
	}
}
