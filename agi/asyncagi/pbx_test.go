package asyncagi_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// pbx plays what res_agi.c does with channels in AsyncAGI.
type pbx struct {
	*amitest.Server
	refuses map[string]string // actions that are answered with an error; set before the first connection
	listed  chan struct{}     // gets a token for each ListCommands

	mu       sync.Mutex // guards all below
	peers    []*amitest.Peer
	channels map[string]*channel
	asked    int // actions that were refused
}

// channel is one of its channels.
type channel struct {
	pbx      *pbx
	id, name string
	number   string // of the caller, as Asterisk writes it
	caller   string // the caller's name
	exten    string
	rdnis    string              // who has diverted the call; empty is nobody
	commands chan amitest.Action // the queue
	last     amitest.Action      // that was received
	pipe     string              // what was written, and not yet read
	full     bool                // the last read may have left something in the pipe
	status   string              // ASYNCAGI_STATUS

	mu        sync.Mutex // guards all below
	dead      bool
	ended     chan struct{} // closed at the AsyncAGIEnd
	data      string        // of the application that runs; empty is AGI(agi:async)
	agiStatus string
}

var errEnded = errors.New("AsyncAGI has ended")

func newPBX(t *testing.T) *pbx {
	p := &pbx{channels: make(map[string]*channel), refuses: make(map[string]string), listed: make(chan struct{}, 100)}
	p.Server = amitest.NewServer(p.play)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// connect makes a session that ends with the test.
func (p *pbx) connect(t *testing.T) *ami.Conn {
	t.Helper()
	conn, err := ami.Dial(t.Context(), p.Addr(), &ami.Config{Dial: p.Dial, Username: "u", Secret: "s", PingInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// serve runs the server until the test ends, by which time its handlers have to
// have returned. It serves when serve returns.
func (p *pbx) serve(t *testing.T, s *asyncagi.Server, session ami.Session) {
	t.Helper()
	served := make(chan error, 1)
	// Ends at Shutdown.
	go func() { served <- s.Serve(context.Background(), session) }()
	<-p.listed // it has subscribed
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown() = %v", err)
			_ = s.Close()
		}
		<-served
	})
}

const patience = time.Minute

func (p *pbx) play(peer *amitest.Peer) {
	handle := func(name string, handler func(*amitest.Peer, amitest.Action)) {
		peer.Handle(name, func(peer *amitest.Peer, a amitest.Action) {
			if message := p.refuses[name]; message != "" {
				p.mu.Lock()
				p.asked++
				p.mu.Unlock()
				peer.Error(a, message)
				return
			}
			handler(peer, a)
		})
	}
	handle("ListCommands", func(peer *amitest.Peer, a amitest.Action) {
		peer.Success(a, "AGI", "Add an AGI command  (Priv: agi,all)")
		p.listed <- struct{}{}
	})
	handle("AGI", p.queue)
	handle("Getvar", p.getvar)
	peer.Login()
	p.mu.Lock()
	p.peers = append(p.peers, peer)
	p.mu.Unlock()
	peer.Serve()
}

func (p *pbx) queue(peer *amitest.Peer, a amitest.Action) {
	c := p.find(a.Get("Channel"))
	if c == nil {
		peer.Error(a, "Channel "+a.Get("Channel")+" does not exist.")
		return
	}
	peer.Success(a, "Message", "Added AGI command to queue")
	c.commands <- a
}

func (p *pbx) getvar(peer *amitest.Peer, a amitest.Action) {
	c := p.find(a.Get("Channel"))
	if c == nil {
		peer.Error(a, "No such channel")
		return
	}
	value := "0"
	switch a.Get("Variable") {
	case "CHANNEL(uniqueid)":
		value = c.id
	case "CHANNEL(appdata)":
		c.mu.Lock()
		if value = c.data; value == "" {
			value = "agi:async"
		}
		c.mu.Unlock()
		if c.hasEnded() {
			value = "30"
		}
	case "AGISTATUS":
		c.mu.Lock()
		value = c.agiStatus
		c.mu.Unlock()
	}
	peer.Success(a, "Variable", a.Get("Variable"), "Value", value)
}

// find finds a channel by its name or its Uniqueid.
func (p *pbx) find(which string) *channel {
	p.mu.Lock()
	defer p.mu.Unlock()
	var c *channel
	for _, other := range p.channels {
		if other.id == which || other.name == which {
			c = other
		}
	}
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return nil
	}
	return c
}

// emit tells all managers.
func (p *pbx) emit(fields ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, peer := range p.peers {
		if peer.Context().Err() == nil {
			peer.Emit(fields...)
		}
	}
}

// start has a channel enter AGI(agi:async,arguments...).
func (p *pbx) start(id string, arguments ...string) *channel {
	return p.startFrom("100", id, arguments...)
}

// startFrom is start for a caller with that number, line breaks and all.
func (p *pbx) startFrom(number, id string, arguments ...string) *channel {
	return p.enter(id, number, "<unknown>", "1", arguments...)
}

// enter is start for a caller with that number and name, who has dialled that.
func (p *pbx) enter(id, number, caller, dialled string, arguments ...string) *channel {
	c := p.add(id, number, caller, dialled)
	c.enter(arguments...)
	return c
}

// add has a channel of such a caller, which has not entered yet.
func (p *pbx) add(id, number, caller, dialled string) *channel {
	c := &channel{pbx: p, id: id, name: "Local/1@x-" + id, number: number, caller: caller, exten: dialled, commands: make(chan amitest.Action, 1000), ended: make(chan struct{})}
	p.mu.Lock()
	p.channels[id] = c
	p.mu.Unlock()
	return c
}

// become gives the channel the identity of another, as the application Pickup does.
func (c *channel) become(id, name string) {
	c.pbx.mu.Lock()
	defer c.pbx.mu.Unlock()
	c.id, c.name = id, name
}

func (c *channel) hasEnded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

func (c *channel) enter(arguments ...string) {
	rdnis := cmp.Or(c.rdnis, "unknown")
	c.pipe = "agi_request: async\nagi_channel: " + c.name + "\nagi_language: en\nagi_type: Local\nagi_uniqueid: " + c.id +
		"\nagi_version: 22.10.1\nagi_callerid: " + c.number + "\nagi_calleridname: " + c.caller + "\nagi_callingpres: 0\nagi_callingani2: 0\n" +
		"agi_callington: 0\nagi_callingtns: 0\nagi_dnid: unknown\nagi_rdnis: " + rdnis + "\nagi_context: x\nagi_extension: " + c.exten +
		"\nagi_priority: 1\nagi_enhanced: 0.0\nagi_accountcode: \nagi_threadid: 140\n"
	for i, argument := range arguments {
		c.pipe += fmt.Sprintf("agi_arg_%d: %s\n", i+1, argument)
	}
	c.pipe += "\n"
	c.emit("AsyncAGIStart", "Env", c.read())
}

// read is one read of the pipe, and its encoding.
func (c *channel) read() string {
	n := min(len(c.pipe), 1024)
	piece := c.pipe[:n]
	c.pipe, c.full = c.pipe[n:], n == 1024
	return encode(piece)
}

// encode is ast_uri_encode into AMI_BUF_SIZE bytes.
func encode(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		escaped := string(c)
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()", rune(c)) {
			escaped = fmt.Sprintf("%%%02X", c)
		}
		if b.Len()+len(escaped) > 2047 {
			break
		}
		b.WriteString(escaped)
	}
	return b.String()
}

func (c *channel) emit(name string, fields ...string) {
	c.pbx.emit(append([]string{"Event", name, "Privilege", "agi,all", "Channel", c.name,
		"ChannelState", "6", "ChannelStateDesc", "Up", "CallerIDNum", c.number, "CallerIDName", c.caller, "ConnectedLineNum", "<unknown>",
		"ConnectedLineName", "<unknown>", "Language", "en", "AccountCode", "", "Context", "x", "Exten", c.exten, "Priority", "1",
		"Uniqueid", c.id, "Linkedid", c.id}, fields...)...)
}

// Receive returns the next command but those that the server itself has to
// send: they are answered here.
func (c *channel) Receive() (string, error) {
	for {
		select {
		case <-c.ended:
			return "", errEnded
		default:
		}
		select {
		case <-c.ended:
			return "", errEnded
		case c.last = <-c.commands:
		}
		line := c.last.Get("Command")
		value, isStatus := strings.CutPrefix(line, `SET VARIABLE "ASYNCAGI_STATUS" `)
		switch {
		case line == "NOOP" && c.full:
			c.Reply("200 result=0")
		case isStatus:
			c.status = strings.Trim(value, `"`)
			c.Reply("200 result=1")
		case line == "ASYNCAGI BREAK":
			c.Reply("200 result=0")
			c.End()
			return "", errEnded
		default:
			return line, nil
		}
	}
}

func (c *channel) Reply(text string) {
	c.pipe += text + "\n"
	c.emit("AsyncAGIExec", "Result", c.read(), "CommandId", c.last.Get("CommandID"))
}

// Hangup ends the channel, and AsyncAGI with it.
func (c *channel) Hangup() {
	c.mu.Lock()
	c.dead = true
	c.mu.Unlock()
	c.End()
}

// End has the channel go on in the dialplan.
func (c *channel) End() {
	select {
	case <-c.ended:
	default:
		c.mu.Lock()
		close(c.ended)
		c.agiStatus = "SUCCESS"
		c.mu.Unlock()
		c.emit("AsyncAGIEnd")
	}
}

// again has a channel that has left AsyncAGI come back.
func (c *channel) again() {
	c.mu.Lock()
	c.ended = make(chan struct{})
	c.mu.Unlock()
	c.enter()
}

// runs has another application run there than AGI(agi:async).
func (c *channel) runs(data string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.data = data
}

func TestEncode(t *testing.T) {
	const text = "a b\nö()"
	if got, err := url.PathUnescape(encode(text)); err != nil || got != text {
		t.Errorf("encode and decode = %q, %v", got, err)
	}
}
