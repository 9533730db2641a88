package sipua_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
)

// TestLiveGatewayStrangers has strangers call anna with texts that no phone would send, while bert talks: what they have written is on her
// screen at most, and his is as it was.
func TestLiveGatewayStrangers(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &frontConfig)
			for name, test := range map[string]func(f *front){"texts": texts, "tails": tails, "pages": foreignPages} {
				t.Run(name, func(t *testing.T) { withFront(t, s, test) })
			}
		})
	}
}

// texts are numbers and names that are shown as they are.
func texts(f *front) {
	anna, _ := f.pair("anna7")
	f.pair("bert8")
	chief, _ := f.pair("chief")
	for _, who := range []caller{
		{"491753330003", `<script>alert(document.cookie)</script>`},
		{"491753330004", `<img src=x onerror=alert(1)>`},
		{"491753330005", `Zo\u00eb </script><!-- ${CHANNEL(name)} %0d%0a`},
		{"491753330006", "Zoë \u202eevil\u2028line"},
	} {
		f.secrets["bert8"] = append(f.secrets["bert8"], who.number, "script", "onerror", "evil")
		trunk := stranger.Trunk(f.t, f.server, "trunk")
		call, ended := trunk.Start(f.ctx, stranger.Invite{Exten: toAnna, Number: who.number, Name: who.name})
		for _, p := range []*page{anna, chief} {
			p.shows("anna7 ringing, " + who.number + " " + who.name)
		}
		must(f.t, call.Cancel(f.ctx))
		<-ended
		anna.shows("anna7 left abandoned, " + who.number + " " + who.name)
	}
	f.finish()
}

// attackOf is a stranger's text behind a number, and its way.
type attackOf struct {
	part stranger.Part
	tail string
}

// attacks are what is tried in short, and all of it.
func attacks() (all []attackOf) {
	for _, part := range []stranger.Part{stranger.Number, stranger.Dialled, stranger.Diversion} {
		for i, tail := range stranger.Names() {
			if lab.Full() || part == stranger.Number && i%3 == 0 && !strings.HasPrefix(tail, "agi") || tail == "whole hangup" || tail == "cut with crlf" {
				all = append(all, attackOf{part, tail})
			}
		}
	}
	return all
}

// tails are what forges lines of events: each names bert's channel.
func tails(f *front) {
	anna, _ := f.pair("anna7")
	bert, _ := f.pair("bert8")
	f.learns("bert8", xenia.texts()...)
	near, far := f.talks(xenia, toBert, f.bert)
	bert.shows("bert8 talking, 491751110001 Xenia Thal")
	victim := awaitChannel(f.t, f.ctx, f.model, "PJSIP/bert8", func(c *live.Channel) bool { return c.BridgeID != "" })
	f.secrets["bert8"] = append(f.secrets["bert8"], "49175333", "forged")
	for _, a := range attacks() {
		trunk := stranger.Trunk(f.t, f.server, "trunk")
		tail := stranger.Tail(a.tail, victim.UniqueID)
		invite := a.part.Invite(toAnna, tail)
		if a.part == stranger.Number {
			invite.Number = stranger.Escape("49175333" + tail)
		}
		call, ended := trunk.Start(f.ctx, invite)
		anna.until("a ring of "+a.tail, func() bool {
			return slices.ContainsFunc(anna.describe(), func(line string) bool { return strings.HasPrefix(line, "anna7 ringing") })
		})
		must(f.t, call.Cancel(f.ctx))
		var refused *stranger.Refused
		if err := <-ended; err != nil && !errors.As(err, &refused) {
			f.t.Errorf("%s %s: %v", a.part, a.tail, err)
		}
		anna.until("the end of "+a.tail, func() bool {
			return !slices.ContainsFunc(anna.describe(), func(line string) bool { return !strings.HasPrefix(line, "anna7 left") })
		})
		bert.until("his talk after "+a.tail, func() bool {
			return slices.ContainsFunc(bert.describe(), func(line string) bool { return line == "bert8 talking, 491751110001 Xenia Thal" })
		})
	}
	bert.until("no doubt", func() bool {
		for _, o := range bert.objects {
			if party := value[message.Party](o); o.Kind == message.KindParty && (party.Doubtful || party.State == message.PartyLeft) {
				return false
			}
		}
		return true
	})
	f.bye(near)
	f.gone(far)
	bert.shows("bert8 left answered, 491751110001 Xenia Thal")
	f.finish()
}

// foreignPages are refused, whatever cookie or sign-in the browser adds.
func foreignPages(f *front) {
	for name, change := range map[string]func(r *http.Request){
		"another origin":     func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
		"null":               func(r *http.Request) { r.Header.Set("Origin", "null") },
		"no origin":          func(r *http.Request) { r.Header.Del("Origin") },
		"another host":       func(r *http.Request) { r.Host = "evil.example" },
		"a rebound host":     func(r *http.Request) { r.Host = "evil.example"; r.Header.Set("Origin", "http://evil.example") },
		"said to be another": func(r *http.Request) { r.Host = "evil.example"; r.Header.Set("X-Forwarded-Host", f.host) },
	} {
		for _, path := range []string{"/socket", "/stream", "/action"} {
			r, _ := http.NewRequestWithContext(f.ctx, http.MethodPost, "http://"+f.host+path, strings.NewReader(`{"type":"hello","versions":[1]}`))
			r.Header = f.header("anna7")
			r.Header.Set("Content-Type", "application/json")
			if change(r); path == "/socket" {
				r.Header.Del("Content-Type")
				r.Header.Set("Host", r.Host)
				_, answer, err := websocket.DefaultDialer.DialContext(f.ctx, "ws://"+f.host+path, r.Header)
				if err == nil || answer == nil || answer.StatusCode != http.StatusForbidden && answer.StatusCode != http.StatusMisdirectedRequest {
					f.t.Errorf("%s: an upgrade is answered with %v, %v", name, answer, err)
				}
				continue
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				f.t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusForbidden && answer.StatusCode != http.StatusMisdirectedRequest {
				f.t.Errorf("%s: %s is answered with %s", name, path, answer.Status)
			}
		}
	}
}
