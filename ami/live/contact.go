package live

import (
	"time"
)

// PartContacts is where the endpoints of PJSIP are registered, or configured to be.
const PartContacts PartName = "contacts"

// Contact is an address at which an endpoint of PJSIP can be called: a phone that has registered, or one of the configuration, as
// that of a trunk. It is a picture of one moment: do not write to it.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/ContactStatus/
type Contact struct {
	AOR          string // with URI its key, as 100/sip:100@192.0.2.1:5060
	URI          string
	EndpointName string `json:",omitempty"` // of one endpoint that has the AOR
	// Status is Reachable or Unreachable where Asterisk qualifies the contact, else NonQualified; Unknown before it has; empty if
	// nobody has told.
	Status    string        `json:",omitempty"`
	RoundTrip time.Duration `json:",omitempty"` // when Status changed last, or at the last list; zero for unknown

	// The rest is of phones that have registered, and known from a list only: empty for a phone that has registered since.
	UserAgent  string    `json:",omitempty"`
	RegExpire  time.Time `json:",omitzero"` // when the registration ends; no event tells that it was renewed
	ViaAddress string    `json:",omitempty"`
}

// String is the contact in one line.
func (c *Contact) String() string {
	l := newLine("contact", c.key())
	l.add("Endpoint", c.EndpointName)
	l.add("Status", c.Status)
	return l.String()
}

func (c *Contact) key() string               { return c.AOR + "/" + c.URI }
func (c *Contact) objectName() string        { return "contact" }
func (c *Contact) subscribedBy() objectKey   { return objectKey{"contact", c.key()} }
func (c *Contact) changed(by *change) Change { return changed(c, by) }
