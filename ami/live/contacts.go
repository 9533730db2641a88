package live

import (
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// contacts keeps them. The list of registrations has only those of phones that have registered, with all that is known of each. That of endpoints has
// all, and tells no more than that they are there: an endpoint with others is listed alone.
type contacts struct {
	*shelf[Contact]
	listed     map[string]bool // by key, since lists began: one that is listed again, with another endpoint or as configured, is no news
	registered registrations
}

var contactsDesign = design{
	name: PartContacts,
	keeper: func(limit int) keeper {
		return &contacts{shelf: newShelf(limit, (*Contact).key, func(a, b *Contact) bool { return *a == *b })}
	},
	events: event.Of[event.ContactStatus](),
	class:  action.ClassSystem,
	lists:  []action.Action{action.PJSIPShowRegistrationInboundContactStatuses{}, action.PJSIPShowEndpoints{}},
	deeper: action.PJSIPShowEndpoint{},
	needs:  "it needs write=system, and the module res_pjsip",
	reload: modules("res_pjsip", "res_pjsip_registrar", "res_pjsip_config_wizard"),
	late:   "user agent and expiry of a registration; the end of one that has run out, up to half a minute earlier than its event",
}

func (c *contacts) show(v *View) { v.contacts = c.picture() }

func (c *contacts) take(s *state, ev event.Event) {
	switch e := ev.(type) {
	case event.ContactStatus:
		c.changes(s, &e)
	case event.ContactStatusDetail:
		s.synthetic = true
		c.lists(s, &e)
	case event.EndpointList:
		s.synthetic = true
		for key := range contactsOf(&e) {
			c.found(s, key, e.ObjectName)
		}
	}
}

// changes takes what has become of a contact. Each endpoint with its AOR has an event of its own.
func (c *contacts) changes(s *state, e *event.ContactStatus) {
	switch {
	case s.doubt || e.AOR == "" || e.URI == "":
		s.want(PartContacts)
		return
	case e.ContactStatus == "Removed":
		c.remove(s, e.AOR+"/"+e.URI)
		return
	}
	draft := c.touch(s, e.AOR+"/"+e.URI)
	if draft == nil {
		return
	}
	if draft.EndpointName == "" {
		draft.EndpointName = e.EndpointName
	}
	draft.AOR, draft.URI, draft.Status, draft.RoundTrip = e.AOR, e.URI, e.ContactStatus, e.RoundTrip
}

// lists takes the item of a contact.
func (c *contacts) lists(s *state, e *event.ContactStatusDetail) {
	key := e.AOR + "/" + e.URI
	switch {
	case s.doubt:
		c.sees(s, key)
		return
	case e.AOR == "" || e.URI == "" || c.listed[key]:
		return
	}
	draft := c.touch(s, key)
	if draft == nil {
		return
	}
	if c.listed == nil {
		c.listed = make(map[string]bool)
	}
	c.listed[key] = true
	*draft = Contact{e.AOR, e.URI, e.EndpointName, e.Status, e.RoundTrip, e.UserAgent, e.RegExpire, e.ViaAddress}
}

// renew begins lists.
func (c *contacts) renew() {
	c.shelf.renew()
	c.listed = nil
}

// sweep ends those that lists did not have.
func (c *contacts) sweep(s *state, since uint64) {
	c.shelf.sweep(s, since)
	c.listed = nil
}

// found takes that a contact is there.
func (c *contacts) found(s *state, key contactKey, endpoint string) {
	if s.doubt || c.sees(s, key.String()) {
		return
	}
	if draft := c.touch(s, key.String()); draft != nil {
		draft.AOR, draft.URI, draft.EndpointName = key.aor, key.uri, endpoint
	}
}
