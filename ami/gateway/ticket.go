package gateway

import (
	"fmt"
	"strings"
	"time"
)

// Ticket makes a text by which one page signs in once, as that user: the page sends it as Hello.Ticket. The application's server
// makes it for a request that it has signed in itself, and hands it over in an answer, never in a URL: those are logged.
//
// The origin is that of the page, as https://crm.example.com: the Origin header of the POST by which the page asks for the
// ticket, which the browser sets. It is an error if such a page may not connect, if the user has no ID or is over, or after Close.
// A ticket ends after Config.TicketLifetime, when it is used, whether that succeeds or not, by [Gateway.Revoke], and with the gateway.
// A user has 64 of them at most; one more ends the oldest.
func (g *Gateway) Ticket(user User, origin string) (string, error) {
	now := time.Now()
	if err := user.valid(now); err != nil {
		return "", fmt.Errorf("gateway: ticket: %w", err)
	}
	if !g.origins.allowed(origin) {
		return "", fmt.Errorf("gateway: ticket: pages of %q may not connect: see Config.Origins", origin)
	}
	if g.ctx.Err() != nil {
		return "", fmt.Errorf("gateway: ticket: %w", ErrClosed)
	}
	ticket, err := g.tickets.add(user, strings.ToLower(origin), now.Add(g.config.TicketLifetime))
	if err != nil {
		return "", fmt.Errorf("gateway: ticket: %w", err)
	}
	return ticket, nil
}
