package live_test

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// phone speaks as much SIP as a registration needs.
type phone struct {
	conn net.PacketConn

	mu       sync.Mutex // guards what follows
	silent   bool
	sequence int
	answers  map[string]chan string
}

// openPhone opens a phone, which closes with the test.
func openPhone(t *testing.T) *phone {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &phone{conn: conn, answers: make(map[string]chan string)}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	// ends with the socket; the test waits for it
	go func() {
		defer close(done)
		p.read()
	}()
	return p
}

func (p *phone) read() {
	buffer := make([]byte, 1<<16)
	for {
		n, from, err := p.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		text := string(buffer[:n])
		var copied []string
		var sequence string
		for line := range strings.SplitSeq(text, "\r\n") {
			name, value, _ := strings.Cut(line, ":")
			switch strings.ToLower(name) {
			case "via", "from", "to", "call-id", "cseq":
				copied = append(copied, line)
			}
			if strings.EqualFold(name, "CSeq") {
				sequence = strings.Fields(value)[0]
			}
		}
		p.mu.Lock()
		answer, silent := p.answers[sequence], p.silent
		p.mu.Unlock()
		switch {
		case strings.HasPrefix(text, "SIP/2.0"):
			select {
			case answer <- text: // nil for none
			default:
			}
		case !silent:
			_, _ = p.conn.WriteTo([]byte("SIP/2.0 200 OK\r\n"+strings.Join(copied, "\r\n")+"\r\nContent-Length: 0\r\n\r\n"), from)
		}
	}
}

func (p *phone) beSilent(silent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = silent
}

// uri is where the phone is.
func (p *phone) uri(user string) string { return "sip:" + user + "@" + p.conn.LocalAddr().String() }

// register registers a user for some seconds, 0 to end that.
func (p *phone) register(t *testing.T, s *lab.Server, user string, seconds int, agent string) {
	t.Helper()
	p.mu.Lock()
	p.sequence++
	sequence := strconv.Itoa(p.sequence)
	answer := make(chan string, 1)
	p.answers[sequence] = answer
	p.mu.Unlock()
	to, err := net.ResolveUDPAddr("udp4", s.SIP())
	if err != nil {
		t.Fatal(err)
	}
	local := p.conn.LocalAddr().String()
	branch := "z9hG4bK" + strings.ReplaceAll(local, ":", "-") + "-" + sequence
	text := fmt.Sprintf("REGISTER sip:%[1]s SIP/2.0\r\nVia: SIP/2.0/UDP %[2]s;rport;branch=%[8]s\r\nMax-Forwards: 70\r\nFrom: <sip:%[4]s@lab>;tag=%[3]s\r\n"+
		"To: <sip:%[4]s@lab>\r\nCall-ID: %[2]s\r\nCSeq: %[3]s REGISTER\r\nContact: <%[5]s>\r\nExpires: %[6]d\r\nUser-Agent: %[7]s\r\nContent-Length: 0\r\n\r\n",
		s.SIP(), local, sequence, user, p.uri(user), seconds, agent, branch)
	again := time.NewTicker(500 * time.Millisecond) // T1 of SIP
	defer again.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		if _, err := p.conn.WriteTo([]byte(text), to); err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-answer:
			if !strings.HasPrefix(got, "SIP/2.0 200") {
				t.Fatalf("REGISTER = %s", got)
			}
			return
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("no answer to a REGISTER")
		}
	}
}

// phonesConfig has the endpoints 300 and 302, which need no password, and a trunk of the configuration, which is qualified; so is 301, which
// registers.
func phonesConfig(trunk *phone) string {
	return `
[300]
type = endpoint
context = default
aors = 300
[300]
type = aor
max_contacts = 3
minimum_expiration = 1
[302]
type = endpoint
context = default
aors = 302
[302]
type = aor
max_contacts = 3
[301]
type = endpoint
context = default
aors = 301
[301]
type = aor
max_contacts = 3
qualify_frequency = 1
qualify_timeout = 0.5
[provider]
type = endpoint
context = default
aors = provider-east,300
[provider-east]
type = aor
contact = ` + trunk.uri("east") + `
contact = sip:other@127.0.0.1:9
qualify_frequency = 1
qualify_timeout = 0.5
`
}

func contactLine(aor, uri, status string) string { return aor + "/" + uri + " " + status }

func liveContacts(t *testing.T, s *lab.Server, trunk *phone) {
	w, changes := one(t, s, live.PartContacts)
	shown := func(v *live.View) (lines []string) {
		for c := range v.Contacts() {
			lines = append(lines, contactLine(c.AOR, c.URI, c.Status))
		}
		return lines
	}
	details := func(ctx context.Context) (all []event.ContactStatusDetail) {
		all, err := ami.List(ctx, w.other, action.PJSIPShowRegistrationInboundContactStatuses{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := w.other.Do(ctx, action.PJSIPShowEndpoint{Endpoint: "provider"}) // with all that is configured, and 300's
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range r.Events {
			if d, ok := item.(event.ContactStatusDetail); ok && d.AOR != "300" {
				all = append(all, d)
			}
		}
		return all
	}
	listed := func(ctx context.Context) (lines []string) {
		for _, d := range details(ctx) {
			lines = append(lines, contactLine(d.AOR, d.URI, d.Status))
		}
		return lines
	}
	becomesOf := func(p *phone, aor, user, status string) {
		t.Helper()
		becomes(t, changes, user+" "+status, func(c live.Changed[live.Contact]) bool {
			is := c.After.AOR == aor && c.After.URI == p.uri(user) && !c.Synthetic
			if status == "Removed" {
				return is && c.Kind == live.KindRemoved
			}
			return is && c.Kind != live.KindRemoved && c.After.Status == status
		})
		w.same(user+" "+status, shown, listed)
	}
	if got := w.same("at first", shown, listed); len(got) != 2 {
		t.Errorf("there are %q, want those of the configuration", got)
	}
	one, two := openPhone(t), openPhone(t)
	one.register(t, s, "300", 60, "one/1.0")
	becomesOf(one, "300", "300", "NonQualified")
	two.register(t, s, "301", 60, "two/1.0")
	becomesOf(two, "301", "301", "Reachable")
	two.beSilent(true)
	trunk.beSilent(true)
	becomesOf(two, "301", "301", "Unreachable")
	trunk.beSilent(false)
	becomesOf(trunk, "provider-east", "east", "Reachable")
	one.register(t, s, "300", 120, "one/2.0")
	w.refresh()
	for _, d := range details(t.Context()) {
		c, ok := w.model.View().Contact(d.AOR, d.URI)
		if !ok || c.UserAgent != d.UserAgent || !c.RegExpire.Equal(d.RegExpire) || c.ViaAddress != d.ViaAddress || c.AOR != "provider-east" && c.EndpointName != d.EndpointName {
			t.Errorf("after a refresh the contact is %+v, want %v", c, d)
		}
	}
	one.register(t, s, "300", 0, "one/2.0")
	becomesOf(one, "300", "300", "Removed")
	two.beSilent(false)
	becomesOf(two, "301", "301", "Reachable")
	two.register(t, s, "301", 0, "two/1.0")
	becomesOf(two, "301", "301", "Removed")
}
