package ajam

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// HTTPError is an answer of the HTTP server, or of a proxy in front of it, with
// another status than 200. Its text names what usually mends it. Statuses
// below 500 say that the action was not run: the error of Do is then also
// [ami.ErrNotSent], or [ami.ErrInvalid] with 413, a form that is too long for
// the server or a proxy. A 401 or 403 is [ami.ErrLoginRefused].
type HTTPError struct {
	Status   int
	Location string // where a redirect points to, which is not followed
}

// Error is the status, and what usually mends it.
func (e *HTTPError) Error() string {
	text := fmt.Sprintf("HTTP status %d %s", e.Status, http.StatusText(e.Status))
	switch {
	case e.Location != "":
		return fmt.Sprintf("%s to \"%s\" (redirects are not followed: use that URL)", text, show.Text(e.Location))
	case e.Status == http.StatusNotFound:
		return text + " (the URL must hold the prefix= of http.conf, and manager.conf must have enabled=yes and webenabled=yes)"
	case e.Status == http.StatusUnauthorized:
		return text + " (check Config.Username, with the case of its letters, and Secret; or a proxy asks for a login of its own)"
	case e.Status == http.StatusForbidden:
		return text + " (permit= and deny= of the user in manager.conf, or a proxy, do not let this host in)"
	case e.Status == http.StatusBadGateway, e.Status == http.StatusGatewayTimeout:
		return text + " (a proxy did not reach Asterisk)"
	}
	return text
}

// Is reports whether the status says what target, a sentinel of package ami, does.
func (e *HTTPError) Is(target error) bool {
	return target == ami.ErrLoginRefused && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden)
}

// executed reports whether the action may have been run all the same.
func (e *HTTPError) executed() bool { return e.Status >= 500 && e.Status != http.StatusNotImplemented }

var (
	errExpired = errors.New("ajam: the session is gone: it expired (httptimeout in manager.conf), or Asterisk was restarted")
	errCutPoll = errors.New("ajam: the request for events was answered without its end: something else asks for events in this session")
	errSlow    = errors.New("the answer takes too long to come")
	errStale   = errors.New("every nonce is refused as stale")
)

// errs makes the errors of this package.
var errs = &session.Errors{
	Package: "ajam",
	Refusal: func(action string, response *session.Response) error {
		return &ami.Error{Action: action, Response: (*ami.Response)(response)}
	},
	Refused: func(err error) *session.Response {
		var refusal *ami.Error
		if !errors.As(err, &refusal) {
			return nil
		}
		return (*session.Response)(refusal.Response)
	},
	AsksRefused: func(target any) bool { _, yes := target.(**ami.Error); return yes },
}

// withRemedy names the setting that mends the usual mistakes of a first login.
func withRemedy(err error) error {
	text := err.Error()
	says := func(part string) bool { return strings.Contains(text, part) }
	if errors.Is(err, io.EOF) || says("malformed HTTP") || says("readLoopPeekFail") || says("HTTP response to HTTPS client") {
		return show.Advice(err, "the URL must have the port of bindport= in http.conf with http, or that of tlsbindaddr= with https")
	}
	return session.Certificate(err, "put the CA of tlscertfile into Config.TLS.RootCAs, or into the Transport of Config.HTTPClient", "the URL must have a name that is in the certificate")
}
