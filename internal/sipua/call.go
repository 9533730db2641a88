package sipua

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// Call is an answered call, of either end. Its methods must not be called at the same time, but Ended.
type Call struct {
	phone  *Phone
	dialog dialog
	invite *sip.Request
	answer *sip.Response
	called bool // the other end began it

	once  sync.Once
	ended chan struct{}
	told  chan string // bodies of NOTIFY

	stream stream
}

// dialog is what the stack's two kinds have in common.
type dialog interface {
	Do(ctx context.Context, req *sip.Request) (*sip.Response, error)
	WriteRequest(req *sip.Request) error
	Close() error
}

// Dial calls a number and waits for the answer. A refusal is *Refused. When ctx ends before, the call is cancelled.
func (p *Phone) Dial(ctx context.Context, number string) (*Call, error) {
	return p.DialRinging(ctx, number, func(*Ringing) {})
}

// Ringing is a call of the phone that the other end has not answered.
type Ringing struct {
	invite *sip.Request
	answer *sip.Response
}

// DialRinging is Dial, and tells each time that it rings.
func (p *Phone) DialRinging(ctx context.Context, number string, rings func(*Ringing)) (*Call, error) {
	return p.dial(ctx, number, rings)
}

// DialFrom is Dial with a number and a name of the caller's own, which a server believes that takes calls by address.
func (p *Phone) DialFrom(ctx context.Context, from, name, number string) (*Call, error) {
	header := &sip.FromHeader{DisplayName: name, Address: sip.Uri{Scheme: "sip", User: from, Host: p.server.Host}}
	header.Params.Add("tag", sip.GenerateTagN(16))
	return p.dial(ctx, number, func(*Ringing) {}, header)
}

func (p *Phone) dial(ctx context.Context, number string, rings func(*Ringing), headers ...sip.Header) (*Call, error) {
	to := p.server
	to.User = number
	headers = append(headers, sip.NewHeader("Content-Type", "application/sdp"))
	d, err := p.outgoing.Invite(ctx, to, []byte(audio("sendrecv")), headers...)
	if err != nil {
		return nil, fmt.Errorf("sipua: dial %s: %w", number, err)
	}
	c := p.newCall(d.InviteRequest.CallID().Value())
	told := func(res *sip.Response) error {
		if res.StatusCode == sip.StatusRinging {
			rings(&Ringing{d.InviteRequest, res})
		}
		return nil
	}
	if err := d.WaitAnswer(ctx, sipgo.AnswerOptions{Username: p.user, Password: p.password, OnResponse: told}); err != nil {
		p.forget(c)
		if refused := (*sipgo.ErrDialogResponse)(nil); errors.As(err, &refused) {
			return nil, &Refused{refused.Res.StatusCode, refused.Res.Reason}
		}
		return nil, fmt.Errorf("sipua: dial %s: %w", number, err)
	}
	if err := d.Ack(ctx); err != nil {
		p.forget(c)
		return nil, fmt.Errorf("sipua: dial %s: %w", number, err)
	}
	c.dialog, c.invite, c.answer = d, d.InviteRequest, d.InviteResponse
	return c, nil
}

func (p *Phone) newCall(id string) *Call {
	c := &Call{phone: p, ended: make(chan struct{}), told: make(chan string, 10)}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[id] = c
	return c
}

func (p *Phone) forget(c *Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, other := range p.calls {
		if other == c {
			delete(p.calls, id)
		}
	}
}

func (p *Phone) call(req *sip.Request) *Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[req.CallID().Value()]
}

// Ended is closed when either end has hung up.
func (c *Call) Ended() <-chan struct{} { return c.ended }

func (c *Call) end() {
	c.once.Do(func() { close(c.ended) })
	c.phone.forget(c)
}

// Bye hangs up.
func (c *Call) Bye(ctx context.Context) error {
	defer c.end()
	defer c.dialog.Close()
	return c.ask(ctx, sip.BYE, nil, "")
}

// Hold asks the other end not to send audio, by a re-INVITE.
func (c *Call) Hold(ctx context.Context) error { return c.reinvite(ctx, "sendonly") }

// Resume ends a Hold.
func (c *Call) Resume(ctx context.Context) error { return c.reinvite(ctx, "sendrecv") }

func (c *Call) reinvite(ctx context.Context, direction string) error {
	for {
		err := c.ask(ctx, sip.INVITE, []sip.Header{sip.NewHeader("Content-Type", "application/sdp")}, audio(direction))
		if err == nil {
			return c.dialog.WriteRequest(c.request(sip.ACK))
		}
		if refused := (*Refused)(nil); !errors.As(err, &refused) || refused.Code != sip.StatusRequestPending {
			return err
		}
		if err := pause(ctx); err != nil { // the server is sending one itself
			return err
		}
	}
}

func pause(ctx context.Context) error {
	timer := time.NewTimer(50 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Refer sends the other end to a number, waits until the server says that it has, and hangs up.
func (c *Call) Refer(ctx context.Context, number string) error {
	to := c.phone.server
	to.User = number
	if err := c.refer(ctx, to.String()); err != nil {
		return err
	}
	return c.leave(ctx)
}

// leave hangs up behind a transfer, which the server may do as well.
func (c *Call) leave(ctx context.Context) error {
	err := c.Bye(ctx)
	if refused := (*Refused)(nil); errors.As(err, &refused) {
		return nil
	}
	return err
}

// ReferTo connects the other ends of two calls of the phone, by a REFER with Replaces, and hangs both up: an attended
// transfer.
func (c *Call) ReferTo(ctx context.Context, other *Call) error {
	if err := c.ReferReplacing(ctx, other); err != nil {
		return err
	}
	return errors.Join(c.leave(ctx), other.leave(ctx))
}

// ReferReplacing is ReferTo that hangs nothing up.
func (c *Call) ReferReplacing(ctx context.Context, other *Call) error {
	local, remote := other.tags()
	return c.replace(ctx, other.invite, other.remote(), local, remote)
}

// ReferToRinging connects the other end with who rings, and hangs up.
func (c *Call) ReferToRinging(ctx context.Context, other *Ringing) error {
	early := &Call{invite: other.invite, answer: other.answer}
	if err := c.ReferReplacing(ctx, early); err != nil {
		return err
	}
	return c.leave(ctx)
}

func (c *Call) replace(ctx context.Context, invite *sip.Request, number, local, remote string) error {
	replaces := fmt.Sprintf("%s;to-tag=%s;from-tag=%s", invite.CallID().Value(), remote, local)
	to := c.phone.server
	to.User = number
	return c.refer(ctx, to.String()+"?Replaces="+url.QueryEscape(replaces))
}

func (c *Call) refer(ctx context.Context, uri string) error {
	if err := c.ask(ctx, sip.REFER, []sip.Header{sip.NewHeader("Refer-To", "<"+uri+">")}, ""); err != nil {
		return err
	}
	for {
		select {
		case line := <-c.told:
			switch fields := strings.Fields(line); {
			case len(fields) < 2 || strings.HasPrefix(fields[1], "1"):
			case strings.HasPrefix(fields[1], "2"):
				return nil
			default:
				return fmt.Errorf("sipua: refer to %s: %s", uri, line)
			}
		case <-c.ended: // by the transfer
			return nil
		case <-ctx.Done():
			return fmt.Errorf("sipua: refer to %s: %w", uri, context.Cause(ctx))
		}
	}
}

// ask sends a request of the call, a second time with the password if the server wants it.
func (c *Call) ask(ctx context.Context, method sip.RequestMethod, headers []sip.Header, body string) error {
	req := c.request(method, headers...)
	req.SetBody([]byte(body))
	res, err := c.dialog.Do(ctx, req)
	if err == nil && res.StatusCode == sip.StatusUnauthorized {
		proof, failed := c.phone.proof(res, method, req.Recipient)
		if failed != nil {
			return failed
		}
		req = c.request(method, append(headers, proof)...)
		req.SetBody([]byte(body))
		res, err = c.dialog.Do(ctx, req)
	}
	if err != nil {
		return fmt.Errorf("sipua: %s: %w", method, err)
	}
	return accepted(res)
}

func (c *Call) request(method sip.RequestMethod, headers ...sip.Header) *sip.Request {
	to := c.phone.server
	if c.called && c.invite.Contact() != nil {
		to = c.invite.Contact().Address
	} else if !c.called && c.answer.Contact() != nil {
		to = c.answer.Contact().Address
	}
	req := sip.NewRequest(method, to)
	for _, header := range headers {
		req.AppendHeader(header)
	}
	return req
}

// proof answers a challenge of Digest.
func (p *Phone) proof(res *sip.Response, method sip.RequestMethod, uri sip.Uri) (sip.Header, error) {
	header := res.GetHeader("WWW-Authenticate")
	if header == nil {
		return nil, errors.New("sipua: 401 without a challenge")
	}
	challenge, err := digest.ParseChallenge(header.Value())
	if err != nil {
		return nil, fmt.Errorf("sipua: challenge: %w", err)
	}
	answer, err := digest.Digest(challenge, digest.Options{Method: string(method), URI: uri.Addr(), Username: p.user, Password: p.password})
	if err != nil {
		return nil, fmt.Errorf("sipua: challenge: %w", err)
	}
	return sip.NewHeader("Authorization", answer.String()), nil
}

// tags are those of the phone and of the server.
func (c *Call) tags() (local, remote string) {
	from, _ := c.invite.From().Params.Get("tag")
	to, _ := c.answer.To().Params.Get("tag")
	if c.called {
		return to, from
	}
	return from, to
}

// remote is the number of the other end.
func (c *Call) remote() string {
	if c.called {
		return c.invite.From().Address.User
	}
	return c.invite.To().Address.User
}

// audio is an SDP body. Nobody listens to what comes.
func audio(direction string) string {
	return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 101\r\n" +
		"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=" + direction + "\r\n"
}
