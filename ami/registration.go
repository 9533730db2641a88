package ami

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// Registration is a registration with another server.
type Registration struct {
	Detail event.OutboundRegistrationDetail
	Auths  []event.AuthDetail // with their passwords
}

// PJSIPRegistrations runs a PJSIPShowRegistrationsOutbound, whose list mixes
// events: each registration is followed by what it authenticates with.
func PJSIPRegistrations(ctx context.Context, s Session) ([]Registration, error) {
	response, err := s.Do(ctx, action.PJSIPShowRegistrationsOutbound{})
	if err != nil {
		return nil, err
	}
	var registrations []Registration
	for _, ev := range response.Events {
		switch e := ev.(type) {
		case event.OutboundRegistrationDetail:
			registrations = append(registrations, Registration{Detail: e})
		case event.AuthDetail:
			if last := len(registrations) - 1; last >= 0 {
				registrations[last].Auths = append(registrations[last].Auths, e)
			}
		}
	}
	return registrations, nil
}
