package ami

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// Endpoint is a PJSIP endpoint with all that belongs to it.
type Endpoint struct {
	Detail     event.EndpointDetail
	AORs       []event.AORDetail
	Auths      []event.AuthDetail // with their passwords
	Transports []event.TransportDetail
	Identifies []event.IdentifyDetail
	Contacts   []event.ContactStatusDetail
}

// PJSIPEndpoint runs a PJSIPShowEndpoint, whose list mixes events.
func PJSIPEndpoint(ctx context.Context, s Session, name string) (Endpoint, error) {
	response, err := s.Do(ctx, action.PJSIPShowEndpoint{Endpoint: name})
	if err != nil {
		return Endpoint{}, err
	}
	var endpoint Endpoint
	for _, ev := range response.Events {
		switch e := ev.(type) {
		case event.EndpointDetail:
			endpoint.Detail = e
		case event.AORDetail:
			endpoint.AORs = append(endpoint.AORs, e)
		case event.AuthDetail:
			endpoint.Auths = append(endpoint.Auths, e)
		case event.TransportDetail:
			endpoint.Transports = append(endpoint.Transports, e)
		case event.IdentifyDetail:
			endpoint.Identifies = append(endpoint.Identifies, e)
		case event.ContactStatusDetail:
			endpoint.Contacts = append(endpoint.Contacts, e)
		}
	}
	return endpoint, nil
}
