// Package stranger speaks SIP as plain text over UDP, for tests that send what no SIP stack would write: line breaks in
// the user part of From, of the request URI, Diversion, P-Asserted-Identity, a redirection's Contact, Refer-To. It
// needs a server with [lab.Config.Trunk].
package stranger

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// Agent is one end of SIP: a trunk's, or a phone. Its methods may be called from several goroutines.
type Agent struct {
	server         string // where requests go
	user, password string // of a phone; empty: a trunk

	conn net.PacketConn
	done chan struct{}
	byes chan string

	mu      sync.Mutex // guards what follows
	answers map[string]chan Message
	callee  func(invite Message) Message
	calls   map[string]*Call
}

// Trunk opens an end of a trunk of [lab.Trunks], by its name. It closes with the test.
func Trunk(t testing.TB, s *lab.Server, name string) *Agent {
	t.Helper()
	for _, trunk := range lab.Trunks() {
		if trunk.Name == name {
			return open(t, s, trunk.IP, "", "")
		}
	}
	t.Fatalf("no trunk %s", name)
	return nil
}

// Phone is one of the phones 200 to 203. It closes with the test.
func Phone(t testing.TB, s *lab.Server, user string) *Agent {
	t.Helper()
	return open(t, s, "127.0.0.1", user, "secret-"+user)
}

func open(t testing.TB, s *lab.Server, ip, user, password string) *Agent {
	t.Helper()
	conn, err := net.ListenPacket("udp4", ip+":0")
	if err != nil {
		t.Fatal(err)
	}
	a := &Agent{server: s.SIP(), user: user, password: password, conn: conn, done: make(chan struct{}), byes: make(chan string, 100),
		answers: make(map[string]chan Message), calls: make(map[string]*Call)}
	t.Cleanup(func() {
		_ = conn.Close()
		<-a.done
	})
	// read ends with the socket; the test waits for it.
	go a.read()
	return a
}

// Address is where the agent listens.
func (a *Agent) Address() string { return a.conn.LocalAddr().String() }

// Answer has calls to the agent answered with what callee makes of their INVITE: a response's Start, and further
// Headers and Body. A Start that is empty is no answer. It runs on the agent's own goroutine.
func (a *Agent) Answer(callee func(invite Message) Message) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.callee = callee
}

// Byes tells the Call-ID of each call to the agent that Asterisk has ended; of a hundred that nobody takes, no more.
func (a *Agent) Byes() <-chan string { return a.byes }

func (a *Agent) read() {
	defer close(a.done)
	buffer := make([]byte, 64<<10)
	for {
		n, _, err := a.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		if m := parse(string(buffer[:n])); m.Method() == "" {
			a.response(m)
		} else {
			a.request(m)
		}
	}
}

// response gives a final response to the request that waits for it, and remembers nothing of others.
func (a *Agent) response(m Message) {
	a.mu.Lock()
	waiting := a.answers[m.Get("Call-ID")+m.Get("CSeq")]
	a.mu.Unlock()
	if waiting == nil || m.Status() < 200 {
		return
	}
	select {
	case waiting <- m:
	default: // a repetition
	}
}

// request answers what Asterisk asks.
func (a *Agent) request(m Message) {
	switch m.Method() {
	case "ACK":
	case "INVITE":
		a.invited(m)
	default:
		a.reply(m, Message{Start: "SIP/2.0 200 OK"})
		switch m.Method() {
		case "BYE":
			a.ended(m.Get("Call-ID"))
		case "NOTIFY":
			a.notified(m)
		}
	}
}

// invited answers a call: one that there is, as after a hold, as before.
func (a *Agent) invited(m Message) {
	a.mu.Lock()
	callee := a.callee
	a.mu.Unlock()
	if callee == nil || strings.Contains(m.Get("To"), "tag=") {
		callee = func(Message) Message { return accepting() }
	}
	answer := callee(m)
	if answer.Start == "" {
		return
	}
	if !strings.HasPrefix(answer.Start, "SIP/2.0 3") { // a redirection's says where to
		answer.Headers = append(slices.Clip(answer.Headers), "Contact: <sip:"+a.Address()+">")
	}
	a.reply(m, answer)
}

func (a *Agent) reply(request, answer Message) {
	lines := request.copied("Via", "From", "Call-ID", "CSeq")
	to := "To: " + request.Get("To")
	if !strings.Contains(to, "tag=") {
		to += ";tag=far"
	}
	answer.Headers = append(append(lines, to), answer.Headers...)
	a.send(answer)
}

func (a *Agent) send(m Message) {
	to, err := net.ResolveUDPAddr("udp4", a.server)
	if err == nil {
		_, _ = a.conn.WriteTo([]byte(m.String()), to) // it is UDP
	}
}

// ask sends a request and waits for its final response.
func (a *Agent) ask(ctx context.Context, m Message) (Message, error) {
	key := m.Get("Call-ID") + m.Get("CSeq")
	waiting := make(chan Message, 1)
	a.mu.Lock()
	a.answers[key] = waiting
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.answers, key)
	}()
	a.send(m)
	again := time.NewTicker(resendAfter)
	defer again.Stop()
	for {
		select {
		case answer := <-waiting:
			return answer, nil
		case <-again.C: // a datagram may be lost on a busy machine
			a.send(m)
		case <-a.done:
			return Message{}, net.ErrClosed
		case <-ctx.Done():
			return Message{}, fmt.Errorf("no answer to %s: %w", m.Start, ctx.Err())
		}
	}
}

const resendAfter = 500 * time.Millisecond // T1 of SIP

// accepting is an answer that takes the call. Nobody listens to what comes as audio.
func accepting() Message {
	return Message{Start: "SIP/2.0 200 OK", Headers: []string{"Content-Type: application/sdp"}, Body: Audio}
}

// Audio is an SDP body. Nobody listens to what comes.
const Audio = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"

func token() string { return rand.Text()[:12] }
