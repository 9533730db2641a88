package ajam_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// nasty is what a server may say: control bytes, and half a megabyte.
var nasty = "\x1b[2J\xff" + strings.Repeat("x", 512<<10)

var twice = regexp.MustCompile(`ajam: .*\b(ajam|ami): |transport: .*transport: `)

// wantText fails unless an error fits a line of a log: it is short, has no
// control bytes and no secret, and says its package once, in front.
func wantText(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		t.Fatalf("%s is no error", what)
	}
	text := err.Error()
	t.Logf("%-28s %s", what, text)
	if len(text) > 1500 {
		t.Errorf("%s has %d bytes", what, len(text))
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) || r == '\ufffd' }) {
		t.Errorf("%s has control bytes: %q", what, text)
	}
	if twice.MatchString(text) || strings.Contains(text, secret) {
		t.Errorf("%s says its package twice, or the secret: %s", what, text)
	}
	if !strings.HasPrefix(text, "ajam: ") && !strings.HasPrefix(text, "ami: ") {
		t.Errorf("%s does not begin with its package: %s", what, text)
	}
}

// replying is a transport with one answer to everything.
func replying(status int, header http.Header, body io.Reader) roundTrip {
	return func(*http.Request) (*http.Response, error) {
		r := respond(status, body)
		for key, values := range header {
			r.Header[key] = values
		}
		return r, nil
	}
}

// failing is a transport that always fails.
func failing(err error) roundTrip {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// All errors of a login, as a person reads them.
func TestErrorTexts(t *testing.T) {
	untrusted := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	expired := &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Cert: new(x509.Certificate), Reason: x509.Expired, Detail: "in May"}}
	many := &x509.Certificate{DNSNames: strings.Split(strings.Repeat("name.example\x1b,", 10_000), ",")}
	misnamed := &tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: many, Host: "pbx"}}
	for what, test := range map[string]struct {
		trip roundTrip
		says string
	}{
		"a redirect":        {replying(http.StatusFound, http.Header{"Location": {"http://other/" + strings.Repeat("x", 512<<10)}}, strings.NewReader("")), "redirects"},
		"not found":         {replying(http.StatusNotFound, nil, strings.NewReader("")), "prefix="},
		"forbidden":         {replying(http.StatusForbidden, nil, strings.NewReader("")), "permit="},
		"a page":            {replying(http.StatusOK, http.Header{"Content-Type": {"text/" + strings.Repeat("x", 1<<16)}}, strings.NewReader("")), "rawman"},
		"an encoded answer": {replying(http.StatusOK, http.Header{"Content-Type": {"text/plain"}, "Content-Encoding": {nasty}}, strings.NewReader("")), "proxy"},
		"no cookie":         {replying(http.StatusOK, http.Header{"Content-Type": {"text/plain"}}, strings.NewReader("Response: Error\r\n\r\n")), "cookie"},
		"an endless answer": {replying(http.StatusOK, cookieHeader, strings.NewReader(strings.Repeat("x", 2<<20))), "MaxListBytes"},
		"a refusal":         {replying(http.StatusOK, cookieHeader, strings.NewReader("Response: Error\r\nMessage: "+nasty[:3000]+"\r\n\r\n")), "Challenge"},
		"nonsense":          {failing(errors.New("malformed HTTP response \"" + nasty)), "bindport="},
		"an end":            {failing(io.EOF), "bindport="},
		"an unknown CA":     {failing(untrusted), "put the CA"},
		"an expired one":    {failing(expired), "renew the certificate"},
		"many names":        {failing(misnamed), "a name that is in the certificate"},
	} {
		t.Run(what, func(t *testing.T) {
			_, err := ajam.Connect(t.Context(), "http://pbx/asterisk", &ajam.Config{Config: ami.Config{Username: "u", Secret: secret, MaxListBytes: 1 << 20}, HTTPClient: &http.Client{Transport: test.trip}})
			wantText(t, what, err)
			wantError(t, what, err, nil, test.says)
			if what == "an expired one" && strings.Contains(err.Error(), "CA of") {
				t.Errorf("an expired certificate is said to lack a CA: %v", err)
			}
		})
	}
}

// cookieHeader opens a session.
var cookieHeader = http.Header{"Content-Type": {"text/plain"}, "Set-Cookie": {"mansession_id=1234abcd; Version=1; Max-Age=60"}}

// Errors of actions, as a person reads them.
func TestErrorTextsOfActions(t *testing.T) {
	srv := serve(t, func(p *amitest.Peer) {
		p.Handle("Odd", func(p *amitest.Peer, a amitest.Action) { p.Error(a, nasty) })
		p.Login()
		p.Serve()
	})
	c := connectTo(t, srv, nil)
	for what, a := range map[string]action.Action{
		"a refusal": action.New("Odd"), "a name that can't be sent": action.New("x\ny"), "too long a form": action.New("Ping", "A", strings.Repeat("x", 1<<20)),
		"one of the session": action.New("Logoff"),
	} {
		_, err := c.Do(t.Context(), a)
		wantText(t, what, err)
	}
	_ = c.Close()
	_, err := c.Do(t.Context(), action.Ping{})
	wantText(t, "a closed client", err)
	wantError(t, "Do", err, ami.ErrNotSent)
}
