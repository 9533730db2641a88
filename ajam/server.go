package ajam

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// server is a URL at which Asterisk's HTTP server takes actions.
type server struct {
	client *http.Client
	url    string
	path   string // of url, as it stands in a request
	stats  *session.Counts
}

// newServer makes the URL of the resource from that of the server. Nothing is
// sent yet. No error quotes a wrong URL, nor what url.Parse says to it: it may
// hold the secret where nobody looks for one, as in the port.
func newServer(address string, s *settings, client *http.Client, stats *session.Counts) (*server, error) {
	at, err := url.Parse(address)
	switch {
	case strings.Contains(address, "@"):
		return nil, errors.New("ajam: the URL holds a user, or an @ at least: use Config.Username and Secret")
	case err != nil:
		return nil, errors.New("ajam: the URL can't be read: it must be like http://pbx.example.com:8088/asterisk")
	case at.Scheme != "http" && at.Scheme != "https" || at.Host == "":
		return nil, errors.New("ajam: the URL must begin with http:// or https:// and a host")
	case at.RawQuery != "" || at.Fragment != "":
		return nil, fmt.Errorf("ajam: the URL of %s must end with the prefix of http.conf, without ? and #", at.Host)
	case at.Scheme == "http" && s.TLS != nil && s.httpClient == nil:
		return nil, errPlainTLS
	}
	resource := "rawman"
	if s.digest {
		resource = "arawman"
	}
	at = at.JoinPath(resource)
	return &server{client: client, url: at.String(), path: at.RequestURI(), stats: stats}, nil
}

// post sends a form and returns the response, its body bounded. An error is
// ami.ErrNotSent only if Asterisk can't have got the form.
func (s *server) post(ctx context.Context, r request, header http.Header) (*http.Response, error) {
	var seen traces
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, seen.hooks()), http.MethodPost, s.url, strings.NewReader(r.form))
	if err != nil {
		return nil, errs.NotSent(r.name, err)
	}
	req.Header = header
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept-Encoding", "identity") // a small body could hold a large one
	s.stats.Requests.Add(1)
	s.stats.BytesOut.Add(int64(len(r.form)))
	response, err := s.client.Do(req)
	if err != nil {
		if seen.unsent() {
			return nil, errs.NotSent(r.name, because(ctx, err))
		}
		return nil, errs.Unknown(r.name, because(ctx, err))
	}
	response.Body = newBody(ctx, response.Body)
	return response, nil
}

// because prefers the reason that ctx ended for, and drops the URL, which all
// errors of a client begin with.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return session.Ended(ctx)
	}
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// readable refuses what is no answer of rawman. It closes the body of what it
// refuses.
func readable(name string, response *http.Response) error {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	encoding := response.Header.Get("Content-Encoding")
	switch {
	case response.StatusCode != http.StatusOK:
		_ = response.Body.Close()
		refusal := &HTTPError{response.StatusCode, response.Header.Get("Location")}
		switch {
		case refusal.executed():
			return errs.Unknown(name, refusal)
		case refusal.Status == http.StatusRequestEntityTooLarge:
			return errs.Invalid(name, refusal)
		}
		return errs.NotSent(name, refusal)
	case kind != "text/plain":
		_ = response.Body.Close()
		return errs.Unknown(name, fmt.Errorf("what answers is not Asterisk's rawman: its Content-Type is \"%s\"", show.Text(kind)))
	case encoding != "" && encoding != "identity":
		_ = response.Body.Close()
		return errs.Unknown(name, fmt.Errorf("the answer is encoded with \"%s\", which nobody asked for: forbid the proxy to do that", show.Text(encoding)))
	}
	return nil
}

// traces notes how far a request came.
type traces struct{ asked, wrote atomic.Bool }

func (t *traces) hooks() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:      func(string) { t.asked.Store(true) },
		WroteHeaders: func() { t.wrote.Store(true) },
	}
}

// unsent reports whether the header of the request surely did not go out. A
// transport that does not tell says nothing.
func (t *traces) unsent() bool { return t.asked.Load() && !t.wrote.Load() }
