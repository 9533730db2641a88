package ami

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// Queue is a queue with its members and the callers that wait in it.
type Queue struct {
	Params  event.QueueParams
	Members []event.QueueMember
	Entries []event.QueueEntry
}

// Queues runs a QueueStatus, whose list mixes events, and puts each member and
// caller to its queue.
func Queues(ctx context.Context, s Session, a action.QueueStatus) ([]Queue, error) {
	response, err := s.Do(ctx, a)
	if err != nil {
		return nil, err
	}
	var queues []Queue
	index := make(map[string]int)
	at := func(name string) *Queue {
		i, known := index[name]
		if !known {
			i = len(queues)
			index[name] = i
			queues = append(queues, Queue{Params: event.QueueParams{Queue: name}})
		}
		return &queues[i]
	}
	for _, ev := range response.Events {
		switch e := ev.(type) {
		case event.QueueParams:
			at(e.Queue).Params = e
		case event.QueueMember:
			q := at(e.Queue)
			q.Members = append(q.Members, e)
		case event.QueueEntry:
			q := at(e.Queue)
			q.Entries = append(q.Entries, e)
		}
	}
	return queues, nil
}

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
