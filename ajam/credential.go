package ajam

import (
	"context"
	"net/http"
	"time"
)

// credential proves to Asterisk, in each request, which session asks.
type credential interface {
	// send posts a request. An error says what became of the action.
	send(ctx context.Context, r request) (reply, error)
	// same makes sure that the session in which events gather is still there,
	// where the answer to the next request would not tell.
	same(ctx context.Context) error
	// lifetime is how long the session lives without a request; 0 for not known.
	lifetime() time.Duration
}

// purpose tells the requests apart that may not get in each other's way.
type purpose bool

const (
	forAction purpose = false
	forEvents purpose = true
)

// reply is a response whose status and type are right.
type reply struct {
	*http.Response
	stranger bool // Asterisk did not know the session, and began another
}
