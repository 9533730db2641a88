package sipua_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

const heldBack = "answer held back"

// TestLiveGatewayOnce asks for calls several times, over networks that break, and counts at the phones how often they ring.
func TestLiveGatewayOnce(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &frontConfig)
			for name, test := range map[string]func(c *clicker){
				"double click": doubleClick, "cut after the request": cutAfterRequest, "cut before the answer": cutBeforeAnswer,
				"socket that is lost": lostSocket, "gateway killed": gatewayKilled, "AMI lost": amiLost, heldBack: answerHeldBack, "not allowed": notAllowed, "rates": dialRates,
			} {
				t.Run(name, func(t *testing.T) {
					if name == heldBack && !lab.Full() {
						t.Skip("half a minute is for tests at full size (ASTERISK_FULL=1)")
					}
					withPBX(t, s, func(f *front) {
						c := &clicker{front: f}
						c.wire, c.session = session(t, f.ctx, s)
						c.rights = gateway.Dial{Allow: []string{"770XXXX"}, PerMinute: 3, PerDay: 4}
						c.anew()
						c.near, c.far = counted(f.anna), counted(f.bert)
						test(c)
					})
				})
			}
		})
	}
}

// clicker is anna, who clicks to dial bert. Her phone rings first.
type clicker struct {
	*front
	wire      *wire // between the gateway and Asterisk
	session   *ami.Client
	rights    gateway.Dial
	audit     bytes.Buffer // whole when the gateway is closed
	near, far *bell        // of anna and bert
}

// anew starts a gateway.
func (c *clicker) anew() {
	c.open(func(config *gateway.Config) {
		policy := config.Policy
		config.Audit = slog.New(slog.NewTextHandler(&c.audit, nil))
		config.Policy = func(ctx context.Context, user gateway.User) (gateway.Rights, error) {
			rights, err := policy(ctx, user)
			rights.Dial = c.rights
			return rights, err
		}
	}, c.session)
}

// bell counts how often a phone has rung.
type bell struct {
	atomic.Int32
	rings chan struct{} // has a token for each time
}

// counted has a phone count, and ring until it is told to answer.
func counted(p *person) *bell {
	rung := &bell{rings: make(chan struct{}, 100)}
	p.phone.Answer(func(i *sipua.Incoming) {
		if rung.Add(1); i.Ring() != nil {
			return
		}
		rung.rings <- struct{}{}
		if p.waits(realIncoming{i}) != nil {
			return
		}
		if call, err := i.Accept(); err == nil {
			p.calls <- call
		}
	})
	return rung
}

func dialBert(id string) message.Action {
	return message.Action{Type: "action", ID: id, Action: message.NameDial, Number: "7702002"}
}

// answered has both answer, and hang up: each phone has rung once, and Asterisk was asked once.
func (c *clicker) answered() {
	c.t.Helper()
	near := c.anna.answers()
	far := c.bert.answers()
	c.until("anna7+bert8")
	c.bye(near)
	c.gone(far)
	c.empty()
	if near, far, asked := c.near.Load(), c.far.Load(), c.wire.count("Action: Originate\r\n"); near != 1 || far != 1 || asked != 1 {
		c.t.Errorf("anna's phone has rung %d times, and bert's %d; Asterisk was asked %d times", near, far, asked)
	}
}

// isDone wants an Action to be done, whose Object is the Party of anna's phone.
func (c *clicker) isDone(p *page, r message.Result) {
	c.t.Helper()
	if r.Outcome != message.OutcomeDone || r.Object == "" {
		c.t.Fatalf("the result is %+v", r)
	}
	p.until("the party", func() bool { return value[message.Party](p.objects[r.Object]).Device == "PJSIP/anna7" })
}

// doubleClick: the button sends the same Action twice on the socket, and once more by the event stream.
func doubleClick(c *clicker) {
	socket, stream := c.pair("anna7")
	stream.until("the snapshot", func() bool { return len(stream.objects) > 0 })
	a := dialBert("double-click")
	socket.send(a)
	socket.send(a)
	r := stream.act(a)
	c.isDone(stream, r)
	if other := socket.act(a); other != r {
		c.t.Errorf("the results are %+v and %+v", r, other)
	}
	c.answered()
}

// cutAfterRequest loses the answer to a POST.
func cutAfterRequest(c *clicker) {
	stream := c.stream("anna7", greeting())
	stream.until("the snapshot", func() bool { return len(stream.objects) > 0 })
	web := newWire(c.t, c.host)
	web.hold()
	a := dialBert("cut-after-request")
	var tasks sync.WaitGroup
	tasks.Go(func() { // ends when the wire is cut
		if answer, err := c.postBy(web, stream, a); err == nil {
			answer.Body.Close()
			c.t.Errorf("a POST whose answer is lost is answered with %s", answer.Status)
		}
	})
	stream.shows("anna7 ringing") // it was done
	web.cut()
	tasks.Wait()
	c.isDone(stream, stream.act(a))
	c.answered()
}

// cutBeforeAnswer loses a POST while Asterisk is asked, and repeats it meanwhile.
func cutBeforeAnswer(c *clicker) {
	stream := c.stream("anna7", greeting())
	stream.until("the snapshot", func() bool { return len(stream.objects) > 0 })
	web := newWire(c.t, c.host)
	a := dialBert("cut-before-answer")
	c.wire.hold()
	var tasks sync.WaitGroup
	tasks.Go(func() { // ends when the wire is cut
		if answer, err := c.postBy(web, stream, a); err == nil {
			answer.Body.Close()
			c.t.Errorf("a POST that is cut is answered with %s", answer.Status)
		}
	})
	c.wire.until(c.t, c.ctx, "DIALPLAN_EXISTS")
	web.cut()
	tasks.Wait()
	results := make(chan message.Result, 1)
	tasks.Go(func() { results <- stream.act(a) })
	c.wire.release()
	tasks.Wait()
	c.isDone(stream, <-results)
	c.answered()
}

// lostSocket loses the socket after the message was sent, and sends it again by the next one.
func lostSocket(c *clicker) {
	first := c.socket("anna7", greeting())
	first.until("the snapshot", func() bool { return len(first.objects) > 0 })
	a := dialBert("lost-socket")
	hello := first.resume()
	a.Instance = hello.Instance
	first.send(a)
	must(c.t, first.conn.NetConn().Close())
	second := c.socket("anna7", hello)
	second.send(a)
	second.send(a)
	c.isDone(second, second.act(a))
	c.answered()
}

// unanswered has anna's phone ring while nobody hears from Asterisk what it does.
func (c *clicker) unanswered(p *page, a message.Action) {
	c.t.Helper()
	c.feed.hold()
	c.wire.holdAfter("Action: Originate\r\n")
	p.send(a)
	select {
	case <-c.near.rings:
	case <-c.ctx.Done():
		c.t.Fatal("anna's phone does not ring")
	}
}

// gatewayKilled ends the gateway after Asterisk was asked and before it has answered. The next one does nothing, and does not know.
func gatewayKilled(c *clicker) {
	first := c.socket("anna7", greeting())
	first.until("the snapshot", func() bool { return len(first.objects) > 0 })
	a := dialBert("gateway-killed")
	hello := first.resume()
	a.Instance = hello.Instance
	c.unanswered(first, a)
	must(c.t, c.gateway.Close())
	<-first.done
	if r := first.results[a.ID]; r.Outcome == message.OutcomeDone || first.closing.Code != message.CodeGoingAway {
		c.t.Errorf("the result is %+v, and it is closed by %+v", r, first.closing)
	}
	if told := c.audit.String(); !strings.Contains(told, "id="+a.ID+" outcome=unknown") {
		c.t.Errorf("the audit log has\n%s", told)
	}
	c.wire.release()
	c.feed.release()
	c.anew()
	second := c.socket("anna7", hello)
	second.send(a)
	if r := second.act(a); r.Outcome != message.OutcomeUnknown || r.Reason == "" {
		c.t.Errorf("the next gateway says %+v", r)
	}
	second.shows("anna7 ringing")
	c.answered()
}

// amiLost loses the gateway's session after Asterisk was asked and before it has answered. What became of it the next session finds out, or
// the model.
func amiLost(c *clicker) {
	p := c.socket("anna7", greeting())
	p.until("the snapshot", func() bool { return len(p.objects) > 0 })
	a := dialBert("ami-lost")
	c.unanswered(p, a)
	c.wire.cut()
	c.feed.release()
	c.isDone(p, p.act(a))
	p.shows("anna7 ringing")
	c.answered()
}

// answerHeldBack has nobody hear from Asterisk what it does with an Originate, for longer than an Action takes, until anna's phone rings no
// more: it is unknown. What is heard later is shown, and the call is not made again.
func answerHeldBack(c *clicker) {
	p := c.socket("anna7", greeting())
	p.until("the snapshot", func() bool { return len(p.objects) > 0 })
	a := dialBert("held-back")
	c.unanswered(p, a)
	if r := p.act(a); r.Outcome != message.OutcomeUnknown || r.Reason == "" || r.Object != "" {
		c.t.Errorf("the result is %+v", r)
	}
	c.wire.release()
	c.feed.release()
	p.shows("anna7 left") // her phone has rung for 25 s
	if r := p.act(a); r.Outcome != message.OutcomeUnknown {
		c.t.Errorf("the same again: %+v", r)
	}
	c.empty()
	if near, asked := c.near.Load(), c.wire.count("Action: Originate\r\n"); near != 1 || asked != 1 {
		c.t.Errorf("anna's phone has rung %d times; Asterisk was asked %d times", near, asked)
	}
	r := p.act(dialBert("held-back-no-more"))
	c.isDone(p, r)
	p.shows("anna7 ringing")
	if r := p.act(message.Action{Action: message.NameHangup, Key: r.Object}); r.Outcome != message.OutcomeDone {
		c.t.Errorf("she hangs up: %+v", r)
	}
	c.empty()
}

// notAllowed asks for numbers that anna may not dial: Asterisk hears nothing of it.
func notAllowed(c *clicker) {
	p := c.socket("anna7", greeting())
	c.learns("anna7", xenia.texts()...)
	near, far := c.talks(xenia, toAnna, c.anna)
	p.shows("anna7 talking")
	before := c.wire.actions()
	for _, number := range []string{"0900123456", "+4990012345", "77020020", "600", "7702002&PJSIP/bert8", "7702002\r\nAction: Originate", "Local/7702002@innendienst", "_770XXXX", ""} {
		for _, name := range []message.Name{message.NameDial, message.NameTransfer} {
			a := message.Action{Action: name, Number: number}
			if name == message.NameTransfer {
				a.Key = p.key("anna7")
			}
			if r := p.act(a); r.Outcome != message.OutcomeRefused || strings.Contains(r.Reason, "too much") {
				c.t.Errorf("%s to %q: %+v", name, number, r)
			}
		}
	}
	if n := c.wire.actions() - before; n != 0 {
		c.t.Errorf("Asterisk was sent %d actions", n)
	}
	if n := c.near.Load() + c.far.Load(); n != 1 { // xenia's
		c.t.Errorf("phones have rung %d times", n)
	}
	p.shows("anna7 talking, 491751110001 Xenia Thal")
	c.bye(near)
	c.gone(far)
	c.finish()
}

// dialRates has anna make as many calls as she may in a minute, and then as many as she may in a day. That counts for all of her pages, and for
// nobody else.
func dialRates(c *clicker) {
	socket, stream := c.pair("anna7")
	stream.until("the snapshot", func() bool { return len(stream.objects) > 0 })
	bert := c.socket("bert8", greeting())
	dial := func(p *page) message.Result {
		return p.act(message.Action{Action: message.NameDial, Number: "7703003"})
	}
	may := func(p *page) {
		c.t.Helper()
		r := dial(p)
		c.isDone(p, r)
		if r := p.act(message.Action{Action: message.NameHangup, Key: r.Object}); r.Outcome != message.OutcomeDone {
			c.t.Errorf("she hangs up: %+v", r)
		}
		p.until("the end", func() bool { return value[message.Party](p.objects[r.Object]).State == message.PartyLeft })
	}
	mayNot := func(p *page, words string) {
		c.t.Helper()
		asked := c.wire.count("Action: Originate\r\n")
		if r := dial(p); r.Outcome != message.OutcomeRefused || !strings.Contains(r.Reason, words) || c.wire.count("Action: Originate\r\n") != asked {
			c.t.Errorf("one more: %+v", r)
		}
	}
	may(socket)
	may(stream)
	may(socket)
	mayNot(stream, "in a minute")
	mayNot(socket, "in a minute")
	c.rights.PerMinute = 100
	c.reconsider(c.users["anna7"])
	socket.until("the new rights", func() bool { return len(socket.objects) > 0 })
	may(stream)
	mayNot(socket, "in a day")
	r := dial(bert)
	if r.Outcome != message.OutcomeDone {
		c.t.Fatalf("bert's first call: %+v", r)
	}
	bert.until("his party", func() bool { return bert.objects[r.Object].Key != "" }) // the state comes after the Result
	if r := bert.act(message.Action{Action: message.NameHangup, Key: r.Object}); r.Outcome != message.OutcomeDone {
		c.t.Errorf("bert hangs up: %+v", r)
	}
	c.empty()
	if n := c.near.Load(); n != 4 {
		c.t.Errorf("anna's phone has rung %d times, want 4", n)
	}
}

// postBy sends an Action by a wire, with the token of an event stream.
func (f *front) postBy(w *wire, p *page, a message.Action) (*http.Response, error) {
	p.mu.Lock()
	h := f.header("")
	h.Set("Authorization", "Bearer "+p.token)
	p.mu.Unlock()
	h.Set("Content-Type", "application/json")
	text, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(f.ctx, http.MethodPost, "http://"+w.address()+"/action", bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	r.Header, r.Host = h, f.host
	return (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
}

// resume is what the page would say to go on where it is.
func (p *page) resume() message.Hello {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := greeting()
	h.Instance, h.Revision = p.instance, p.revision
	return h
}
