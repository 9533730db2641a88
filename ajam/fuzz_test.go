package ajam_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// FuzzResponse has a server say anything, in header and body, to any request:
// Connect and Do come to an end, and nobody is let in who did not log in.
func FuzzResponse(f *testing.F) {
	f.Add(200, "text/plain", `mansession_id="5e4c30a0"; Version=1; Max-Age=60`, "", "Response: Success\r\nChallenge: 1\r\n\r\n", false)
	f.Add(200, "text/plain", "mansession_id=1", "", "Response: Success\r\n\r\nEvent: WaitEventComplete\r\n\r\n", false)
	f.Add(401, "text/html", "", `Digest realm="asterisk", nonce="1", algorithm=MD5, qop="auth", opaque="1", stale=true`, "", true)
	f.Add(302, "", "mansession_id=;;=\"", "Digest", "\r\n\r\n", true)
	f.Fuzz(func(t *testing.T, status int, kind, cookie, challenge, body string, digest bool) {
		client := &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			return respond(status, strings.NewReader(body), "Content-Type", kind, "Set-Cookie", cookie, "Www-Authenticate", challenge, "Location", challenge), nil
		})}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c, err := ajam.Connect(ctx, "http://pbx", &ajam.Config{Config: ami.Config{Username: "u", Secret: secret, AcceptBooting: true}, HTTPClient: client, Digest: digest})
		if err != nil {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("Connect = %v", err)
			}
			return
		}
		if status != http.StatusOK {
			t.Errorf("logged in by status %d", status)
		}
		_, _ = c.Do(ctx, action.Ping{})
		_ = c.Close()
	})
}
