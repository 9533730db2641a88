package sipua_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/schema"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// front is a gateway in front of a real server: anna and bert, who see their own phones, the supervisor chief, who sees both and the
// queue, and cleo, who has a phone alone. Calls from outside come by a trunk.
type front struct {
	*teller
	server           *lab.Server
	feed             *wire // of the model
	anna, bert, cleo *person
	outside          *sipua.Phone
	gateway          *gateway.Gateway
	host             string
	made             *event.Subscription // Newchannel
	changed          *live.Subscription
	pages            []*page // all that were opened
	schema           *schema.Schema
	ids              int

	mu      sync.Mutex // guards all below
	users   map[string]gateway.User
	secrets map[string][]string // what a user must not receive
}

// withFront runs a test with a gateway and phones of its own.
func withFront(t *testing.T, s *lab.Server, test func(f *front)) {
	t.Helper()
	withPBX(t, s, func(f *front) {
		f.open(func(*gateway.Config) {}, f.client)
		test(f)
	})
}

// withPBX is withFront without a gateway.
func withPBX(t *testing.T, s *lab.Server, test func(f *front)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute) // see frontConfig
	defer cancel()
	f := &front{server: s}
	var client *ami.Client
	f.feed, client = session(t, ctx, s)
	f.teller = listen(t, ctx, client)
	f.made = client.Subscribe(event.Named("Newchannel"), nil)
	defer f.made.Close()
	f.changed = f.model.Subscribe(nil)
	defer f.changed.Close()
	f.openPhones()
	defer func() {
		if t.Failed() { // or the next test has its channels
			_, _ = client.Do(context.WithoutCancel(ctx), action.Hangup{Channel: "/./"})
		}
	}()
	test(f)
}

func (f *front) openPhones() {
	f.t.Helper()
	for number, who := range map[string]**person{"anna7": &f.anna, "bert8": &f.bert, "cleo9": &f.cleo} {
		phone := sipua.Open(f.t, f.server, number)
		if err := phone.Register(f.ctx); err != nil {
			f.t.Fatal(err)
		}
		f.t.Cleanup(func() { _ = phone.Unregister(context.WithoutCancel(f.ctx)) })
		*who = f.person(phone, number)
		(*who).rings()
	}
	conn, err := net.ListenPacket("udp4", lab.Trunks()[0].IP+":0")
	if err != nil {
		f.t.Fatal(err)
	}
	if f.outside, err = sipua.New(conn, f.server.SIP(), lab.Trunks()[0].Name); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(f.outside.Close)
}

// open starts the gateway, whose users do what they do on that session.
func (f *front) open(adjust func(*gateway.Config), session ami.Session) {
	f.t.Helper()
	text, err := os.ReadFile("../../ami/gateway/schema.json")
	if err != nil {
		f.t.Fatal(err)
	}
	if f.schema, err = schema.Parse(text); err != nil {
		f.t.Fatal(err)
	}
	own := func(id string) gateway.User {
		return gateway.User{ID: id, Name: id, Role: "agent", Devices: []gateway.Ref{{Name: "PJSIP/" + id}}}
	}
	f.users = map[string]gateway.User{"anna7": own("anna7"), "bert8": own("bert8"), "chief": {ID: "chief", Name: "chief", Role: "supervisor",
		Team: []gateway.Ref{{Name: "PJSIP/anna7"}, {Name: "PJSIP/bert8"}}, Queues: []gateway.Ref{{Name: "beide"}, {Name: "empty"}}}}
	f.secrets = map[string][]string{
		"anna7": {"7702002", "Rasmus", "bert8", toBert, "7703003", "Santos", "cleo9", xenia.number, xenia.name, yves.number, yves.name},
		"bert8": {"7701001", "Quendel", "anna7", toAnna, "7703003", "Santos", "cleo9", xenia.number, xenia.name, yves.number, yves.name},
	}
	srv := httptest.NewUnstartedServer(nil)
	f.host = srv.Listener.Addr().String()
	config := &gateway.Config{
		Servers:      []gateway.Server{{Model: f.model, Session: session, Context: "innendienst"}},
		Hosts:        []string{f.host},
		Authenticate: func(r *http.Request) (gateway.User, error) { return f.known(r.Header.Get("User")) },
		Policy: func(ctx context.Context, user gateway.User) (gateway.Rights, error) {
			rights, err := gateway.ByRole(ctx, user)
			rights.Dial.Allow = []string{"770XXXX", "60X"}
			return rights, err
		},
	}
	adjust(config)
	if f.gateway, err = gateway.New(config); err != nil {
		f.t.Fatal(err)
	}
	srv.Config.Handler = f.gateway
	srv.Start()
	f.t.Cleanup(func() {
		_ = f.gateway.Close()
		srv.Close()
	})
}

// known is a user as the application knows them.
func (f *front) known(id string) (gateway.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	user, ok := f.users[id]
	if !ok {
		return user, errors.New("nobody by that name")
	}
	return user, nil
}

func (f *front) header(user string) http.Header {
	h := http.Header{"Origin": {"http://" + f.host}}
	if user != "" {
		h.Set("User", user)
	}
	return h
}

// post sends a POST. The body of the answer has to be closed.
func (f *front) post(ctx context.Context, path string, h http.Header, body any) *http.Response {
	f.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		f.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+f.host+path, strings.NewReader(string(text)))
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header = h.Clone()
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	return answer
}

func (f *front) valid(direction string, data []byte) {
	if err := f.schema.Validate(direction, data); err != nil {
		f.t.Errorf("%v\n%s", err, data)
	}
}

func (f *front) newID() string {
	f.ids++
	return fmt.Sprintf("action-%04d", f.ids)
}

func greeting() message.Hello {
	return message.Hello{Type: "hello", Versions: []int{message.Version}}
}

// pair opens a page by each transport.
func (f *front) pair(user string) (socket, stream *page) {
	return f.socket(user, greeting()), f.stream(user, greeting())
}

// learns has a user see what becomes theirs now: before that it must not have been in anything that they have received.
func (f *front) learns(user string, texts ...string) {
	f.t.Helper()
	f.search(user, f.secrets[user])
	for _, text := range texts {
		if !slices.Contains(f.secrets[user], text) {
			f.t.Errorf("%q was no secret to %s", text, user)
		}
		f.secrets[user] = slices.DeleteFunc(f.secrets[user], func(secret string) bool { return secret == text })
	}
}

func (who caller) texts() []string { return []string{who.number, who.name} }

// search looks for texts in what a user has received.
func (f *front) search(user string, texts []string) {
	f.t.Helper()
	for _, p := range f.pages {
		if p.user != user {
			continue
		}
		p.mu.Lock()
		for _, text := range texts {
			if i := slices.IndexFunc(p.frames, func(frame []byte) bool { return strings.Contains(string(frame), text) }); i >= 0 {
				f.t.Errorf("%s has received %q:\n%s", user, text, p.frames[i])
			}
		}
		p.mu.Unlock()
	}
}

var channelName = regexp.MustCompile(`(PJSIP|Local)/[^"]*(-[0-9a-f]{8}|;[12])`)

// finish waits until the calls are over and all pages have been told all, and then looks through all that they have received.
func (f *front) finish() {
	f.t.Helper()
	f.empty()
	f.flush()
	for user, texts := range f.secrets {
		f.search(user, texts)
	}
	for _, user := range []string{"anna7", "bert8", "chief"} {
		f.search(user, neverOut)
	}
	for _, p := range f.pages {
		p.mu.Lock()
		for _, frame := range p.frames {
			if name := channelName.Find(frame); name != nil {
				f.t.Errorf("%s has received the name of a channel, %s:\n%s", p.user, name, frame)
			}
		}
		p.mu.Unlock()
	}
	f.searchIDs()
}

// flush has calls of each phone that are on the pages only after all that was before.
func (f *front) flush() {
	f.t.Helper()
	for _, who := range []*person{f.anna, f.bert} {
		call, err := who.phone.Dial(f.ctx, "609")
		if err != nil {
			f.t.Fatal(err)
		}
		<-call.Ended()
	}
	f.empty()
	for _, p := range f.pages {
		user := f.users[p.user]
		for _, ref := range slices.Concat(user.Devices, user.Team) {
			select {
			case <-p.done: // it was closed
				continue
			default:
			}
			device := strings.TrimPrefix(ref.Name, "PJSIP/")
			p.until("the last call of "+device, func() bool {
				for _, o := range p.objects {
					if party := value[message.Party](o); o.Kind == message.KindParty && party.Device == "PJSIP/"+device && party.State == message.PartyLeft && f.isLast(o.Key) {
						return true
					}
				}
				return false
			})
		}
	}
}

// isLast reports whether the key is that of a call to 609.
func (f *front) isLast(key string) bool {
	for c := range f.model.View().Calls() {
		if c.To == "609" && strings.HasSuffix(key, ":"+c.Parties[0].ID) {
			return true
		}
	}
	return false
}

// searchIDs looks for Uniqueids and Linkedids: a user may receive those of the own channels, and of the Calls that these were part of.
func (f *front) searchIDs() {
	f.t.Helper()
	devices, calls := f.channels(), f.callsOf()
	if len(devices) < 2 {
		f.t.Errorf("%d channels were made: is that all?", len(devices))
	}
	for _, p := range f.pages {
		if p.user == "chief" {
			continue
		}
		frames := p.since(0)
		for id, device := range devices {
			if device == "PJSIP/"+p.user || calls["PJSIP/"+p.user+" "+id] {
				continue
			}
			named := regexp.MustCompile(`(^|[^0-9.])` + regexp.QuoteMeta(id) + `($|[^0-9])`)
			isNamed := func(frame []byte) bool { // but by a stranger, in a number that forges lines
				return named.Match(bytes.ReplaceAll(frame, []byte("niqueid: "+id), nil))
			}
			if i := slices.IndexFunc(frames, isNamed); i >= 0 {
				f.t.Errorf("%s has received the Uniqueid %s of %s:\n%s", p.user, id, device, frames[i])
			}
		}
	}
}

// channels returns the devices of all channels that were made, to the last call of flush, by their Uniqueids.
func (f *front) channels() map[string]string {
	f.t.Helper()
	devices := make(map[string]string)
	for ev := range f.made.All(f.ctx) {
		made, ok := ev.(event.Newchannel)
		if !ok {
			continue
		}
		if _, known := devices[made.UniqueID]; !known && made.UniqueID != "" { // a stranger may name a channel that there is
			devices[made.UniqueID] = event.Device(made.Channel)
		}
		if made.Exten == "609" && event.Device(made.Channel) == "PJSIP/bert8" {
			return devices
		}
	}
	f.t.Fatalf("no last channel: %v", context.Cause(f.ctx))
	return nil
}

// callsOf tells of which Calls devices were part, as "DEVICE ID".
func (f *front) callsOf() map[string]bool {
	f.t.Helper()
	calls := make(map[string]bool)
	for change := range f.changed.All(f.ctx) {
		c, ok := change.(live.Changed[live.Call])
		if !ok {
			continue
		}
		for _, party := range c.After.Parties {
			calls[party.Device+" "+c.After.ID] = true
		}
		if c.After.To == "609" && c.After.Parties[0].Device == "PJSIP/bert8" {
			return calls
		}
	}
	f.t.Fatalf("no last call: %v", context.Cause(f.ctx))
	return nil
}
