package ajam

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// door is where Asterisk's HTTP server takes actions.
type door struct {
	client  *http.Client
	own     *http.Transport // nil when the transport is the user's
	url     string
	path    string // of url, as it stands in a request
	maxBody int64
	stats   *counters
}

// openDoor makes the URL of the resource from that of the server. Nothing is
// sent yet. No error quotes a wrong URL, nor what url.Parse says to it: it may
// hold the secret where nobody looks for one, as in the port.
func openDoor(address string, config *Config, stats *counters) (*door, error) {
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
	}
	resource := "rawman"
	if config.Digest {
		resource = "arawman"
	}
	at = at.JoinPath(resource)
	d := &door{url: at.String(), path: at.RequestURI(), maxBody: config.MaxBody, stats: stats}
	d.client, d.own = clientOf(config)
	return d, nil
}

// clientOf is a copy of the user's client that follows no redirects, for they
// would carry a login elsewhere, and keeps no cookies.
func clientOf(config *Config) (*http.Client, *http.Transport) {
	var client http.Client
	var own *http.Transport
	if config.HTTPClient != nil {
		client = *config.HTTPClient
	} else {
		own = newTransport(max(config.MaxInFlight, config.MaxInFlight+1)) // the poll has one, too
		client.Transport = own
	}
	client.Jar = nil
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client, own
}

// newTransport is one like the default that keeps a connection for each action
// in flight, for less long than Asterisk does (session_keep_alive in http.conf):
// what is sent on a connection that was just closed has an unknown outcome.
func newTransport(connections int) *http.Transport {
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		TLSHandshakeTimeout:   10 * time.Second,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true,
		MaxIdleConnsPerHost:   connections,
		IdleConnTimeout:       5 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
	return t
}

// close lets go of connections that wait to be used again.
func (d *door) close() {
	if d.own != nil {
		d.own.CloseIdleConnections()
	}
}

// post sends a form and returns the response, its body bounded. An error is
// ami.ErrNotSent only if Asterisk can't have got the form.
func (d *door) post(ctx context.Context, name, form string, header http.Header) (*http.Response, error) {
	var seen traces
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, seen.hooks()), http.MethodPost, d.url, strings.NewReader(form))
	if err != nil {
		return nil, errs.NotSent(name, err)
	}
	req.Header = header
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept-Encoding", "identity") // a small body could hold a large one
	d.stats.requests.Add(1)
	d.stats.bytesOut.Add(int64(len(form)))
	response, err := d.client.Do(req)
	if err != nil {
		if seen.unsent() {
			return nil, errs.NotSent(name, d.because(ctx, err))
		}
		return nil, errs.Unknown(name, d.because(ctx, err))
	}
	response.Body = d.bound(ctx, response.Body)
	return response, nil
}

// because prefers the reason that ctx ended for, and drops the URL, which all
// errors of a client begin with.
func (d *door) because(ctx context.Context, err error) error {
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

var _ io.ReadCloser = (*body)(nil)
