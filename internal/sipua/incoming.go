package sipua

import (
	"fmt"
	"strings"
	"sync"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Incoming is a call to the phone that has not been answered.
type Incoming struct {
	From, To string // numbers
	Name     string // of who calls

	phone  *Phone
	dialog *sipgo.DialogServerSession
	once   sync.Once
	asked  chan struct{}
}

// Gone is closed when the caller has given up, or another phone has answered; after an Accept it means nothing.
func (i *Incoming) Gone() <-chan struct{} { return i.dialog.Context().Done() }

// Asked is closed when the server asks the phone to answer, by a NOTIFY with the event talk.
func (i *Incoming) Asked() <-chan struct{} { return i.asked }

// Answer says what becomes of calls to the phone, each on a goroutine of its own: answer must end the call by Accept,
// Refuse or Redirect. Until it is set, calls are refused with 480.
func (p *Phone) Answer(answer func(*Incoming)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func (p *Phone) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	if _, again := req.To().Params.Get("tag"); again { // as the server does to be on hold, or to have the audio elsewhere
		p.reinvited(req, tx)
		return
	}
	p.mu.Lock()
	answer := p.answer
	p.mu.Unlock()
	if answer == nil {
		respond(req, tx, sip.StatusTemporarilyUnavailable, "Temporarily Unavailable")
		return
	}
	d, err := p.incoming.ReadInvite(req, tx)
	if err != nil {
		respond(req, tx, sip.StatusBadRequest, "Bad Request")
		return
	}
	i := &Incoming{From: req.From().Address.User, Name: req.From().DisplayName, To: req.Recipient.User,
		phone: p, dialog: d, asked: make(chan struct{})}
	p.rings(i, true)
	defer p.rings(i, false)
	answer(i)
}

func (p *Phone) rings(i *Incoming, does bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if delete(p.ringing, i); does {
		p.ringing[i] = struct{}{}
	}
}

// ask tells what rings that it is to be answered.
func (p *Phone) ask() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.ringing {
		i.once.Do(func() { close(i.asked) })
	}
}

func (p *Phone) reinvited(req *sip.Request, tx sip.ServerTransaction) {
	res := sip.NewSDPResponseFromRequest(req, []byte(audio("sendrecv")))
	res.AppendHeader(sip.NewHeader("Contact", fmt.Sprintf("<sip:%s@%s>", p.user, p.address)))
	_ = tx.Respond(res) // whoever asked asks again
}

// Ring says that the phone rings.
func (i *Incoming) Ring() error {
	return i.dialog.Respond(sip.StatusRinging, "Ringing", nil)
}

// Accept answers the call. It returns when the server knows.
func (i *Incoming) Accept() (*Call, error) {
	invite := i.dialog.InviteRequest
	c := i.phone.newCall(invite.CallID().Value())
	c.called, c.dialog, c.invite = true, i.dialog, invite
	if err := i.dialog.RespondSDP([]byte(audio("sendrecv"))); err != nil {
		i.phone.forget(c)
		return nil, fmt.Errorf("sipua: answer: %w", err)
	}
	c.answer = i.dialog.InviteResponse
	return c, nil
}

// Refuse ends the call with a code of 400 or more.
func (i *Incoming) Refuse(code int, reason string) error {
	return i.dialog.Respond(code, reason, nil)
}

// Redirect sends the call to a number of the server's, with 302.
func (i *Incoming) Redirect(number string) error {
	to := i.phone.server
	to.User = number
	return i.dialog.Respond(sip.StatusMovedTemporarily, "Moved Temporarily", nil, sip.NewHeader("Contact", "<"+to.String()+">"))
}

func (p *Phone) onBye(req *sip.Request, tx sip.ServerTransaction) {
	c := p.call(req)
	if p.incoming.ReadBye(req, tx) != nil && p.outgoing.ReadBye(req, tx) != nil {
		respond(req, tx, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
	}
	if c != nil {
		c.end()
	}
}

// onNotify takes what the server says of a transfer, and its wish that the phone answers.
func (p *Phone) onNotify(req *sip.Request, tx sip.ServerTransaction) {
	respond(req, tx, sip.StatusOK, "OK")
	if header := req.GetHeader("Event"); header != nil && header.Value() == "talk" {
		p.ask()
		return
	}
	c := p.call(req)
	if c == nil || !strings.HasPrefix(string(req.Body()), "SIP/2.0 ") {
		return
	}
	line, _, _ := strings.Cut(string(req.Body()), "\r\n")
	select {
	case c.told <- line:
	default: // nobody has referred anything
	}
}
