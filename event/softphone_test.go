package event_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// softphone is a SIP phone without a password that does what it is told: it has
// no goroutine, and reads when it is asked to.
type softphone struct {
	*testing.T
	net.Conn
	user     string
	invite   string // the one that it has answered
	sequence int
}

// softphoneConf is its part of pjsip.conf.
const softphoneConf = `
[soft]
type = endpoint
transport = lab
context = units
allow = ulaw
aors = soft

[soft]
type = aor
max_contacts = 1
`

func newSoftphone(t *testing.T, s *lab.Server) *softphone {
	t.Helper()
	conn, err := net.Dial("udp", s.SIP())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	p := &softphone{T: t, Conn: conn, user: "soft"}
	register(t, conn, p.user, "", "REGISTER", "Expires: 60")
	return p
}

// send sends a request of the phone's, whose headers From and To are whole.
func (p *softphone) send(method, uri, from, to, callID, body string) {
	p.Helper()
	headers := ""
	if body != "" {
		headers = "Content-Type: application/sdp\r\n"
	}
	_, err := fmt.Fprintf(p, "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%d;rport\r\nMax-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n"+
		"Contact: <sip:%s@%s>\r\n%sContent-Length: %d\r\n\r\n%s",
		method, uri, p.LocalAddr(), method, time.Now().UnixNano(), from, to, callID, p.sequence, method, p.user, p.LocalAddr(), headers, len(body), body)
	if err != nil {
		p.Fatal(err)
	}
}

// next returns the next message that begins so, and answers requests before it.
func (p *softphone) next(begins string) string {
	p.Helper()
	buffer := make([]byte, 65536)
	for {
		if err := p.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			p.Fatal(err)
		}
		n, err := p.Read(buffer)
		if err != nil {
			p.Fatalf("no %s came: %v", begins, err)
		}
		message := string(buffer[:n])
		if strings.HasPrefix(message, begins) {
			return message
		}
		if !strings.HasPrefix(message, "SIP/2.0") && !strings.HasPrefix(message, "ACK") {
			p.accept(message, "")
		}
	}
}

// accept answers a request with 200.
func (p *softphone) accept(request, body string) {
	p.Helper()
	answer := "SIP/2.0 200 OK\r\n"
	for _, name := range []string{"Via", "From", "Call-ID", "CSeq"} {
		answer += name + ": " + headerOf(request, name) + "\r\n"
	}
	answer += "To: " + tagged(headerOf(request, "To")) + "\r\nContact: <sip:" + p.user + "@" + p.LocalAddr().String() + ">\r\n"
	if body != "" {
		answer += "Content-Type: application/sdp\r\n"
	}
	if _, err := fmt.Fprintf(p, "%sContent-Length: %d\r\n\r\n%s", answer, len(body), body); err != nil {
		p.Fatal(err)
	}
}

// answer takes the next call, whose media go to a port, and returns its SDP.
func (p *softphone) answer(port int) (sdp string) {
	p.Helper()
	p.invite = p.next("INVITE")
	p.accept(p.invite, audio(port, "sendrecv"))
	_, sdp, _ = strings.Cut(p.invite, "\r\n\r\n")
	return sdp
}

// hold puts the call on hold with "sendonly", and off hold with "sendrecv".
func (p *softphone) hold(port int, direction string) {
	p.Helper()
	p.sequence++
	uri := strings.Trim(headerOf(p.invite, "Contact"), "<>")
	from, to, callID := tagged(headerOf(p.invite, "To")), headerOf(p.invite, "From"), headerOf(p.invite, "Call-ID")
	p.send("INVITE", uri, from, to, callID, audio(port, direction))
	p.next("SIP/2.0 200")
	p.send("ACK", uri, from, to, callID, "")
}

func audio(port int, direction string) string {
	return fmt.Sprintf("v=0\r\no=- 1 %d IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 0\r\na=%s\r\n", time.Now().UnixNano(), port, direction)
}

func tagged(to string) string {
	if strings.Contains(to, "tag=") {
		return to
	}
	return to + ";tag=soft"
}

func headerOf(message, name string) string {
	for _, line := range strings.Split(message, "\r\n") {
		if key, value, ok := strings.Cut(line, ": "); ok && strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// registrar is another server's, which takes what registers.
type registrar struct{ net.PacketConn }

func newRegistrar(t *testing.T) registrar {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return registrar{conn}
}

// accept answers the next REGISTER, for 300 s.
func (r registrar) accept(t *testing.T) {
	t.Helper()
	buffer := make([]byte, 65536)
	if err := r.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	n, from, err := r.ReadFrom(buffer)
	if err != nil {
		t.Fatal("no REGISTER came: ", err)
	}
	request := string(buffer[:n])
	answer := "SIP/2.0 200 OK\r\n"
	for _, name := range []string{"Via", "From", "Call-ID", "CSeq"} {
		answer += name + ": " + headerOf(request, name) + "\r\n"
	}
	answer += "To: " + tagged(headerOf(request, "To")) + "\r\nContact: " + headerOf(request, "Contact") + ";expires=300\r\nExpires: 300\r\nContent-Length: 0\r\n\r\n"
	if _, err := r.WriteTo([]byte(answer), from); err != nil {
		t.Fatal(err)
	}
}
