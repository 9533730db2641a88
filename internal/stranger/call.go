package stranger

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Invite says how a call begins. What a header holds goes out as it is here; [Escape] writes line breaks into a user part.
type Invite struct {
	Exten   string   // user part of the request URI
	Number  string   // user part of From; empty: the phone's name, or "anonymous"
	Name    string   // display name of From
	Headers []string // further lines
}

// Reaching names the one who is called where the dialplan dials, as another agent and the endpoint it stands for.
func (i Invite) Reaching(endpoint string, callee *Agent) Invite {
	i.Headers = append(slices.Clip(i.Headers), "X-Callee: PJSIP/"+endpoint+"/sip:77@"+callee.Address())
	return i
}

// Call is a call that the agent has begun.
type Call struct {
	ID string // Call-ID

	agent         *Agent
	uri, from, to string
	sequence      int

	mu     sync.Mutex // guards invite
	invite Message    // the one that was sent last

	done chan struct{} // closed when Asterisk has hung up
	told chan Message  // NOTIFY
}

// Dial begins a call and waits until Asterisk has answered it. An error that is no *Refused is one of the agent's.
func (a *Agent) Dial(ctx context.Context, invite Invite) (*Call, error) {
	c := a.prepare(invite)
	return c, c.start(ctx, invite)
}

// Start begins a call that need not be answered: it returns at once, and what becomes of the call is sent when it is
// known.
func (a *Agent) Start(ctx context.Context, invite Invite) (*Call, <-chan error) {
	c := a.prepare(invite)
	ended := make(chan error, 1)
	// Ends with the answer, or with ctx.
	go func() { ended <- c.start(ctx, invite) }()
	return c, ended
}

func (a *Agent) prepare(invite Invite) *Call {
	number := invite.Number
	if number == "" {
		number = a.user
	}
	if number == "" {
		number = "anonymous"
	}
	c := &Call{ID: token(), agent: a, uri: "sip:" + invite.Exten + "@" + a.server, done: make(chan struct{}), told: make(chan Message, 10)}
	c.from = "<sip:" + number + "@" + a.Address() + ">;tag=" + token()
	if invite.Name != "" {
		c.from = `"` + invite.Name + `" ` + c.from
	}
	c.to = "<" + c.uri + ">"
	a.mu.Lock()
	a.calls[c.ID] = c
	a.mu.Unlock()
	return c
}

// Refused is a final response that is no success.
type Refused struct{ Answer Message }

func (r *Refused) Error() string { return "refused: " + r.Answer.Start }

func (c *Call) start(ctx context.Context, invite Invite) error {
	further := append([]string{"Content-Type: application/sdp"}, invite.Headers...)
	answer, err := c.request(ctx, "INVITE", further, Audio)
	if err != nil {
		return err
	}
	if answer.Status() >= 300 {
		return &Refused{answer}
	}
	c.to = answer.Get("To")
	if contact := within(answer.Get("Contact"), "<", ">"); contact != "" {
		c.uri = contact
	}
	c.agent.send(c.message("ACK", c.sequence, nil))
	return nil
}

// request sends one of the call's requests, a second time with a password if Asterisk asks for it.
func (c *Call) request(ctx context.Context, method string, further []string, body string) (Message, error) {
	c.sequence++
	m := c.message(method, c.sequence, further)
	m.Body = body
	if method == "INVITE" {
		c.mu.Lock()
		c.invite = m
		c.mu.Unlock()
	}
	answer, err := c.agent.ask(ctx, m)
	if err != nil {
		return answer, err
	}
	if method == "INVITE" && answer.Status() >= 300 {
		c.agent.send(m.sameTransaction("ACK", "To: "+answer.Get("To")))
	}
	challenge := answer.Get("WWW-Authenticate")
	if answer.Status() != 401 || challenge == "" || c.agent.user == "" {
		return answer, nil
	}
	for _, line := range further {
		if strings.HasPrefix(line, "Authorization:") {
			return answer, nil // it was refused
		}
	}
	proof := authorization(challenge, c.agent.user, c.agent.password, method, c.uri)
	return c.request(ctx, method, append(further[:len(further):len(further)], proof), body)
}

// message has Via, From and To first, in this order.
func (c *Call) message(method string, sequence int, further []string) Message {
	return Message{Start: method + " " + c.uri + " SIP/2.0", Headers: append([]string{
		"Via: SIP/2.0/UDP " + c.agent.Address() + ";branch=z9hG4bK" + token() + ";rport",
		"From: " + c.from,
		"To: " + c.to,
		"Call-ID: " + c.ID,
		"CSeq: " + strconv.Itoa(sequence) + " " + method,
		"Max-Forwards: 70",
		"Contact: <sip:" + c.agent.Address() + ">",
	}, further...)}
}

// Request sends a request that begins no call, such as REGISTER or MESSAGE, and returns its final response.
func (a *Agent) Request(ctx context.Context, method string, to Invite, body string) (Message, error) {
	c := a.prepare(to)
	if method == "REGISTER" {
		c.uri = "sip:" + a.server
	}
	return c.request(ctx, method, to.Headers, body)
}

// Refer asks Asterisk to send the call's other end to a URI, and waits for what it says of it. It is *Refused while the
// call has no other end yet.
func (c *Call) Refer(ctx context.Context, uri string) error {
	answer, err := c.request(ctx, "REFER", []string{"Refer-To: <" + uri + ">", "Referred-By: <sip:" + c.agent.Address() + ">"}, "")
	if err != nil {
		return err
	}
	for answer.Status() < 300 {
		select {
		case answer = <-c.told: // with a response as its body
			if answer = parse(answer.Body); answer.Status() == 200 {
				return nil
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return &Refused{answer}
}

// Bye ends an answered call.
func (c *Call) Bye(ctx context.Context) error {
	answer, err := c.request(ctx, "BYE", nil, "")
	if err == nil && answer.Status() >= 300 {
		err = &Refused{answer}
	}
	return err
}

// Cancel ends a call that has not been answered; what waits for the answer then learns that it was refused.
func (c *Call) Cancel(ctx context.Context) error {
	c.mu.Lock()
	m := c.invite.sameTransaction("CANCEL", "To: "+c.invite.Get("To"))
	c.mu.Unlock()
	_, err := c.agent.ask(ctx, m)
	return err
}

// sameTransaction is the ACK of a refusal, or a CANCEL: with the INVITE's URI, Via and CSeq.
func (m Message) sameTransaction(method, to string) Message {
	sequence, _, _ := strings.Cut(m.Get("CSeq"), " ")
	headers := append(m.copied("Via", "From", "Call-ID", "Max-Forwards"), to, "CSeq: "+sequence+" "+method)
	return Message{Start: method + strings.TrimPrefix(m.Start, m.Method()), Headers: headers}
}

// Ended is closed when Asterisk has ended the call with BYE.
func (c *Call) Ended() <-chan struct{} { return c.done }

// notified takes a NOTIFY.
func (a *Agent) notified(m Message) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.calls[m.Get("Call-ID")]
	if c == nil {
		return
	}
	select {
	case c.told <- m:
	default: // nobody has referred anything
	}
}

// ended takes a BYE.
func (a *Agent) ended(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.calls[id]; c != nil {
		close(c.done)
		delete(a.calls, id)
		return
	}
	select {
	case a.byes <- id:
	default:
	}
}
