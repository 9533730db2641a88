package ami_test

import (
	"net"
	"strings"
	"testing"
)

// farEnd is a SIP phone that refuses: the answer to an INVITE is its user
// part, as in sip:486@..., and a user that is no number is never answered. It
// returns the channel to originate, without the user: farEnd(t)("486").
func farEnd(t *testing.T) func(user string) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	// Ends with the socket; the test waits for it.
	go func() {
		defer close(done)
		buf := make([]byte, 64<<10)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer := refuse(string(buf[:n])); answer != "" {
				_, _ = conn.WriteTo([]byte(answer), from)
			}
		}
	}()
	return func(user string) string { return "PJSIP/100/sip:" + user + "@" + conn.LocalAddr().String() }
}

// refuse makes the response to an INVITE, or "".
func refuse(request string) string {
	first, headers, _ := strings.Cut(request, "\r\n")
	uri, ok := strings.CutPrefix(first, "INVITE sip:")
	code, _, _ := strings.Cut(uri, "@")
	if !ok || len(code) != 3 {
		return ""
	}
	answer := "SIP/2.0 " + code + " No\r\n"
	for line := range strings.SplitSeq(headers, "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "via", "from", "call-id", "cseq":
			answer += line + "\r\n"
		case "to":
			answer += line + ";tag=far\r\n"
		}
	}
	return answer + "Content-Length: 0\r\n\r\n"
}
