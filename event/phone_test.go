package event_test

import (
	"crypto/md5"
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"
)

// register sends a SIP request over UDP, and again with the digest that the
// answer asks for.
func register(t *testing.T, phone net.Conn, user, secret, method, headers string) {
	t.Helper()
	send := func(sequence int, authorization string) string {
		uri := "sip:" + user + "@" + phone.RemoteAddr().String()
		local := phone.LocalAddr().String()
		request := fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d%d;rport\r\nMax-Forwards: 70\r\nFrom: <%s>;tag=%s\r\n"+
			"To: <%s>\r\nCall-ID: %s%s@lab\r\nCSeq: %d %s\r\nContact: <sip:%s@%s>\r\n%s%s\r\nContent-Length: 0\r\n\r\n",
			method, uri, local, sequence, time.Now().UnixNano(), uri, method, uri, method, secret, sequence, method, user, local, authorization, headers)
		if _, err := phone.Write([]byte(request)); err != nil {
			t.Error(err)
			return ""
		}
		buffer := make([]byte, 65536)
		for {
			if err := phone.SetReadDeadline(time.Now().Add(3 * time.Second)); err != nil {
				t.Error(err)
			}
			n, err := phone.Read(buffer)
			if err != nil {
				t.Errorf("%s %s: no answer: %v", method, user, err)
				return ""
			}
			if answer := string(buffer[:n]); strings.HasPrefix(answer, "SIP/2.0") {
				return answer
			}
		}
	}
	answer := send(1, "")
	realm, nonce := quotedIn(answer, "realm"), quotedIn(answer, "nonce")
	if nonce == "" {
		return
	}
	uri := "sip:" + phone.RemoteAddr().String()
	hash := func(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }
	response := hash(hash(user+":"+realm+":"+secret) + ":" + nonce + ":00000001:c:auth:" + hash(method+":"+uri))
	send(2, fmt.Sprintf("Authorization: Digest username=%q, realm=%q, nonce=%q, uri=%q, response=%q, algorithm=MD5, qop=auth, nc=00000001, cnonce=\"c\", opaque=%q\r\n",
		user, realm, nonce, uri, response, quotedIn(answer, "opaque")))
}

func quotedIn(answer, name string) string {
	m := regexp.MustCompile(name + `="([^"]*)"`).FindStringSubmatch(answer)
	if m == nil {
		return ""
	}
	return m[1]
}
