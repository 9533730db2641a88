package live

import (
	"iter"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// registrations are the contacts that lists of registrations have had, so that only endpoints with others are listed alone. It
// belongs to the goroutine that runs the lists.
type registrations struct {
	known      map[contactKey]bool
	of, before string // ActionIDs: of the list that known is of, and of the last list of endpoints
	fresh      bool   // known is of this run
}

// then is the lists that an item leads to.
func (r *registrations) then(item event.Event) []action.Action {
	switch e := item.(type) {
	case event.ContactStatusDetail:
		if run := e.Fields().Get("ActionID"); run != r.of {
			r.of, r.fresh, r.known = run, true, make(map[contactKey]bool)
		}
		r.known[contactKey{e.AOR, e.URI}] = true
	case event.EndpointList:
		if run := e.Fields().Get("ActionID"); run != r.before {
			if r.before = run; !r.fresh { // nobody is registered any more
				r.known = nil
			}
			r.fresh = false
		}
		for key := range contactsOf(&e) {
			if !r.known[key] {
				return []action.Action{action.PJSIPShowEndpoint{Endpoint: e.ObjectName}}
			}
		}
	}
	return nil
}

func (c *contacts) then(item event.Event) []action.Action { return c.registered.then(item) }

// contactKey is how Asterisk names a contact.
type contactKey struct{ aor, uri string }

func (k contactKey) String() string { return k.aor + "/" + k.uri }

// contactsOf yields the contacts of an endpoint. Asterisk writes those of each AOR in one text, with a comma after each, and a URI may have commas.
func contactsOf(e *event.EndpointList) iter.Seq[contactKey] {
	return func(yield func(contactKey) bool) {
		for _, text := range e.Contacts {
			for aor := range strings.SplitSeq(e.AOR, ",") {
				rest, ok := strings.CutPrefix(text, aor+"/")
				if !ok {
					continue
				}
				for uri := range strings.SplitSeq(strings.TrimSuffix(rest, ","), ","+aor+"/") {
					if uri != "" && !yield(contactKey{aor, uri}) {
						return
					}
				}
				break
			}
		}
	}
}
