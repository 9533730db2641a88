package ajam

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/icholy/digest"
)

// digests is the credential of HTTP Digest. To Asterisk a nonce is a session
// (main/manager.c, auth_http_callback): events gather in the one of events
// alone. The count of a nonce must rise from one request that Asterisk sees to
// the next, so a nonce serves one request at a time; actions that run at once
// have a nonce each, and one after another share the one used last.
type digests struct {
	server   *server
	username string
	secret   func() string

	events nonce

	mu   sync.Mutex // guards idle
	idle []*nonce   // of actions; the one used last is the last
}

// nonce is a session of Asterisk, with how often it was used.
type nonce struct {
	challenge *digest.Challenge // nil before the first answer
	count     int
	renewed   bool // Asterisk knew the session when it gave the nonce
}

// maxRepeats is how often a request is repeated: each takes a nonce that
// Asterisk has just made, so even the second is one too many.
const maxRepeats = 3

func (d *digests) send(ctx context.Context, r request) (reply, error) {
	n := &d.events
	if r.of == forAction {
		n = d.take()
		defer d.put(n)
	}
	for range 1 + maxRepeats {
		response, err := d.post(ctx, n, r)
		if err != nil {
			return reply{}, err
		}
		if response.StatusCode != http.StatusUnauthorized {
			return reply{Response: response}, readable(r.name, response)
		}
		// It was not run, so it may be sent again.
		if err := n.renew(response); err != nil {
			return reply{}, errs.NotSent(r.name, err)
		}
		d.server.stats.Repeats.Add(1)
	}
	return reply{}, errs.NotSent(r.name, errStale)
}

func (d *digests) take() *nonce {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.idle) == 0 {
		return new(nonce)
	}
	n := d.idle[len(d.idle)-1]
	d.idle = d.idle[:len(d.idle)-1]
	return n
}

func (d *digests) put(n *nonce) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.idle = append(d.idle, n)
}

// post sends a request once, with the next count of the nonce if there is one.
func (d *digests) post(ctx context.Context, n *nonce, r request) (*http.Response, error) {
	header := make(http.Header)
	if n.challenge != nil {
		n.count++
		proof, err := d.prove(n.challenge, n.count)
		if err != nil {
			return nil, errs.NotSent(r.name, err)
		}
		header.Set("Authorization", proof)
	}
	return d.server.post(ctx, r, header)
}

func (d *digests) prove(challenge *digest.Challenge, count int) (string, error) {
	credentials, err := digest.Digest(challenge, digest.Options{
		Method: http.MethodPost, URI: d.server.path, Count: count, Username: d.username, Password: d.secret(),
	})
	if err != nil {
		return "", err
	}
	return credentials.String(), nil
}

// renew takes the challenge of a 401. One that does not say stale, in answer
// to a proof, refuses the user.
func (n *nonce) renew(response *http.Response) error {
	_ = response.Body.Close()
	challenge, err := digest.FindChallenge(response.Header)
	if err != nil {
		return fmt.Errorf("%w: %w", &HTTPError{Status: response.StatusCode}, err)
	}
	if n.challenge != nil && !challenge.Stale {
		return &HTTPError{Status: response.StatusCode}
	}
	n.renewed = n.challenge != nil
	n.challenge, n.count = challenge, 0
	return nil
}

// same asks with a count that was used already: to that Asterisk answers
// stale, with a new nonce for the same session. One that does not know the
// nonce any more takes it for a new session without a word.
func (d *digests) same(ctx context.Context) error {
	n := &d.events
	if n.count < 2 && !n.renewed { // a session's first count is not remembered
		return nil
	}
	n.count = 0
	response, err := d.post(ctx, n, request{of: forEvents, name: "Ping", form: "Action=Ping"})
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusUnauthorized {
		_ = response.Body.Close()
		return errExpired
	}
	return n.renew(response)
}

func (d *digests) lifetime() time.Duration { return 0 }
