package agi_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// A phone that declines is not "rejected" by name: what each answer of SIP
// becomes, the documentation of DialStatus says.
func TestLiveDeclined(t *testing.T) {
	answers := []struct {
		sip    string
		status asterisk.DialStatus
		cause  asterisk.Cause
	}{
		{"603 Decline", asterisk.DialUnavailable, 21},
		{"486 Busy Here", asterisk.DialBusy, 17},
		{"480 Temporarily Unavailable", asterisk.DialNoAnswer, 19},
	}
	var phones strings.Builder
	for i, a := range answers {
		fmt.Fprintf(&phones, "\n[refuser%d]\ntype = endpoint\ntransport = lab\ncontext = default\ndisallow = all\nallow = ulaw\naors = refuser%d\n"+
			"\n[refuser%d]\ntype = aor\ncontact = sip:x@%s\n", i, i, i, refuse(t, a.sip))
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			p := newPBX(t, lab.Start(t, v, &lab.Config{Append: map[string]string{"pjsip.conf": phones.String()}}))
			err := p.call(t, func(ctx context.Context, s *agi.Session) error {
				for i, a := range answers {
					got, err := s.Dial(ctx, fmt.Sprintf("PJSIP/refuser%d", i), 20*time.Second, "g")
					if err != nil || got.Status != a.status || got.Cause != a.cause || got.Talked != 0 {
						t.Errorf("SIP %s: %+v, %v, want %s with cause %d", a.sip, got, err, a.status, a.cause)
					}
				}
				got, err := s.Dial(ctx, "PJSIP/refuser0&Local/noanswer@outcome", 2*time.Second, "g")
				if err != nil || got.Status != asterisk.DialNoAnswer || got.Cause != 21 {
					t.Errorf("a phone declined, another rang: %+v, %v", got, err)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// refuse is a phone that gives each INVITE that answer, until the test ends.
func refuse(t *testing.T, answer string) (address string) {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var phone sync.WaitGroup
	t.Cleanup(func() {
		_ = conn.Close()
		phone.Wait()
	})
	// Ends with conn; the cleanup waits for it.
	phone.Go(func() {
		for buf := make([]byte, 65536); ; {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if request := string(buf[:n]); strings.HasPrefix(request, "INVITE ") {
				_, _ = conn.WriteTo([]byte(refusal(request, answer)), from)
			}
		}
	})
	return conn.LocalAddr().String()
}

// refusal is the response to a request of SIP.
func refusal(request, answer string) string {
	response := "SIP/2.0 " + answer + "\r\n"
	for line := range strings.SplitSeq(request, "\r\n") {
		switch name, _, _ := strings.Cut(line, ":"); strings.ToLower(name) {
		case "via", "from", "call-id", "cseq":
			response += line + "\r\n"
		case "to":
			response += line + ";tag=refused\r\n"
		}
	}
	return response + "Content-Length: 0\r\n\r\n"
}
