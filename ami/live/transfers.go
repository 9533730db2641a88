package live

import (
	"slices"
	"strconv"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// Transfer is one transfer in a [Call], tried or done: by the action, a feature code or SIP
// REFER. Parties are named by their IDs in that Call.
type Transfer struct {
	Kind    TransferKind
	By      string `json:",omitempty"` // the Party that transferred
	Whom    string `json:",omitempty"` // the Party that was sent on; empty where it was not seen, and where several were
	To      string `json:",omitempty"` // attended: the Party that Whom was given to; empty for none
	Context string `json:",omitempty"` // blind: where Whom was sent to in the dialplan
	Exten   string `json:",omitempty"`
	// Application is where Whom has gone by an attended transfer to what is no Party, as Queue.
	Application string `json:",omitempty"`
	// Result is Success, or Fail, Invalid, Not Permitted. A blind transfer is a success when it began:
	// whether somebody answers is seen at the Parties.
	Result string
	At     time.Time `json:",omitzero"`
}

// TransferKind is the kind of a [Transfer].
type TransferKind int

const (
	// TransferBlind sends somebody to a place in the dialplan.
	TransferBlind TransferKind = iota + 1
	// TransferAttended connects somebody with whom the transferer has talked, or tried to, before.
	TransferAttended
)

// String is the kind as a word.
func (k TransferKind) String() string {
	switch k {
	case TransferBlind:
		return "blind"
	case TransferAttended:
		return "attended"
	}
	return "TransferKind(" + strconv.Itoa(int(k)) + ")"
}

// MarshalText is String, for JSON.
func (k TransferKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Succeeded reports whether the transfer was done.
func (t *Transfer) Succeeded() bool { return t.Result == transferred }

const transferred = "Success" // bridge.c, ast_transfer_result

// transfer is the state's record of a Transfer, whose Parties are told when it is shown.
type transfer struct {
	Transfer
	by, whom, to *leg
}

const maxTransfers = 100 // that a Call keeps

func (s *state) transfersBlind(e *event.BlindTransfer) {
	by := s.transferer(&e.Transferer)
	if by == nil {
		return
	}
	s.adds(by.call, transfer{
		Transfer: Transfer{Kind: TransferBlind, Context: e.Context, Exten: e.Extension, Result: e.Result, At: s.at},
		by:       by, whom: s.among(by.call, &e.Transferee),
	})
}

// transfersAttended takes an attended transfer. By SIP REFER it is the phone that chooses which of its two calls takes the place of the
// other, so that Asterisk's transferee may be who a person calls the target: the one called later.
func (s *state) transfersAttended(e *event.AttendedTransfer) {
	by, second := s.transferer(&e.OrigTransferer), s.transferer(&e.SecondTransferer)
	if by == nil {
		return
	}
	whom, to := s.among(by.call, &e.Transferee), s.among(by.call, &e.TransferTarget)
	if second != nil && second.call == by.call && second.part.began.Before(by.part.began) {
		by, whom, to = second, to, whom
	}
	t := transfer{Transfer: Transfer{Kind: TransferAttended, Result: e.Result, At: s.at}, by: by, whom: whom, to: to}
	if e.DestType == "App" {
		t.Application = e.DestApp
	}
	s.adds(by.call, t)
}

// transferer returns the leg that has transferred; nil if the event can't be believed, or the leg is in no Call. Snapshots in
// events of transfers may be older than the event, so that nothing else is taken of them.
func (s *state) transferer(c *event.ChannelSnapshot) *leg {
	if s.doubt {
		return nil
	}
	if l := s.pairs[event.Channel{Name: c.Channel, UniqueID: c.UniqueID}]; l != nil && l.call != nil {
		return l
	}
	return s.among(s.threads[c.LinkedID], c)
}

// among returns the leg of a Call that a snapshot is of, which may have ended; nil for none. Strangers write Uniqueids, but no
// name of a transferer.
func (s *state) among(c *call, snapshot *event.ChannelSnapshot) *leg {
	if c == nil || snapshot.UniqueID == "" {
		return nil
	}
	i := slices.IndexFunc(c.legs, func(l *leg) bool { return l.id == snapshot.UniqueID && slices.Contains(l.names, snapshot.Channel) })
	if i < 0 {
		return nil
	}
	return c.legs[i]
}

func (s *state) adds(c *call, t transfer) {
	if len(c.transfers) >= maxTransfers {
		c.transfers = c.transfers[1:]
		c.incomplete = true
	}
	c.transfers = append(c.transfers, t)
	s.touchCall(c)
}

// told makes the Transfers of a Call.
func (c *call) told() []Transfer {
	var all []Transfer
	for _, t := range c.transfers {
		t.By, t.Whom, t.To = t.by.who(), t.whom.who(), t.to.who()
		all = append(all, t.Transfer)
	}
	return all
}

// who is the ID of the Party that is meant by a leg; empty for none.
func (l *leg) who() string {
	if l == nil {
		return ""
	}
	if l = l.behind(nil); l == nil {
		return ""
	}
	return l.first().id
}
