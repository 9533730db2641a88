package live

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
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
	Context string `json:",omitempty"` // where Whom was sent in the dialplan, or of an attended transfer by feature code what By dialled for it
	Exten   string `json:",omitempty"`
	// Application is what Whom has gone into by an attended transfer of a call that nobody had answered, as Queue or Dial; by SIP
	// REFER only.
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
	if second != nil && second.now().Device() != by.now().Device() {
		second = nil // both are of one phone; a stranger may have written the second one
	}
	whom := s.among(by.call, &e.Transferee)
	if whom == nil && second != nil {
		whom = s.among(second.call, &e.Transferee)
	}
	to := s.among(by.call, &e.TransferTarget)
	if to == nil {
		to = s.other(e.DestBridgeUniqueID, whom, by)
	}
	if second != nil && second.call == by.call && second.part.began.Before(by.part.began) {
		by, whom, to = second, to, whom
	}
	t := transfer{Transfer: Transfer{Kind: TransferAttended, Result: e.Result, At: s.at}, by: by, whom: whom, to: to}
	switch {
	case e.DestType == "App" && whom != nil:
		t.Application = e.DestApp
		of := elsewhere(whom, by, second)
		if of == by && second != nil {
			t.by = second
		}
		if e.DestApp == "Dial" {
			t.to = of.dialled(nil)
		}
		if t.Succeeded() {
			s.takesPlace(whom, of)
		}
	case to != nil && to.other != nil:
		t.Exten, t.Context, _ = strings.Cut(strings.TrimPrefix(to.now().Device(), "Local/"), "@")
	}
	s.adds(t.by.call, t)
}

// other is the member of a bridge that is none of two; nil if there is not just one.
func (s *state) other(bridge string, a, b *leg) (other *leg) {
	r := s.rooms[bridge]
	if r == nil {
		return nil
	}
	for _, l := range r.members {
		switch {
		case l == a || l == b:
		case other != nil:
			return nil
		default:
			other = l
		}
	}
	return other
}

// elsewhere returns of two transferers the one that does not talk with whom is transferred.
func elsewhere(whom, a, b *leg) *leg {
	if b == nil || whom.now().BridgeID != "" && whom.now().BridgeID == b.now().BridgeID {
		return a
	}
	return b
}

// takesPlace takes that a channel goes on where another was: in an application, as a queue or a conference. No other event
// tells it (channel.c, ast_channel_move).
func (s *state) takesPlace(l, of *leg) {
	if l == of || l.over || of.call == nil || l.call == nil {
		return
	}
	if r := s.rooms[of.now().BridgeID]; r != nil {
		s.exit(of)
		s.enter(l, r)
	}
	from := of.call
	var stay, moved []visit
	for _, v := range from.visits {
		if v.caller != of || !v.Left.IsZero() {
			stay = append(stay, v)
			continue
		}
		v.caller, v.Party = l, ""
		moved = append(moved, v)
	}
	from.visits = stay
	l.call.visits = last(append(l.call.visits, moved...), maxVisits)
	for _, dialled := range from.legs {
		if dialled.part.dialler == of && !dialled.over && dialled.part.answered.IsZero() {
			s.caller(dialled) // who called stays who it was
			dialled.part.dialler = l
			s.touch(dialled).DialledBy = l.id
		}
	}
	s.touchCall(from)
	s.touchCall(l.call)
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

// transfers makes the Transfers of a Call. It keeps a Party that it has told, for at the end of a Call nobody is behind a Local
// channel any more.
func (s *state) transfers(c *call) []Transfer {
	var all []Transfer
	for i := range c.transfers {
		t := &c.transfers[i]
		t.By, t.Whom, t.To = cmp.Or(s.who(c, t.by), t.By), cmp.Or(s.who(c, t.whom), t.Whom), cmp.Or(s.who(c, t.to), t.To)
		all = append(all, t.Transfer)
	}
	return all
}
