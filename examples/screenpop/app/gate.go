package app

import (
	"slices"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
)

// newGateway makes the gateway, to which the page's own session is the sign-in.
func (a *app) newGateway(c *connection, hosts []string) (*gateway.Gateway, error) {
	config := &gateway.Config{
		Servers: []gateway.Server{{
			Model: c.model, Session: c.acting, Context: a.config.PBX.Context,
			CanAnswer: func(device string) bool { return slices.Contains(a.config.PBX.CanAnswer, device) },
		}},
		Authenticate: a.authenticate, Policy: a.policy, Hosts: hosts, Note: a.note(c.model), Log: a.log, Audit: a.log,
	}
	if a.config.Adjust != nil {
		a.config.Adjust(config)
	}
	return gateway.New(config)
}
