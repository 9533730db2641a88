package sipua_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/gorilla/websocket"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// page is a page of a user, by one transport: what it receives, and what it makes of it.
type page struct {
	front *front
	user  string
	conn  *websocket.Conn // nil of an event stream
	body  io.ReadCloser
	lines *bufio.Scanner
	done  chan struct{} // closed when nothing comes any more

	mu       sync.Mutex // guards all below
	token    string
	instance string
	revision uint64
	frames   [][]byte
	objects  map[string]message.Object
	results  map[string]message.Result
	resets   int
	closing  message.Closing
	changed  chan struct{} // closed when something has come
}

// socket opens a page with a WebSocket.
func (f *front) socket(user string, hello message.Hello) *page {
	f.t.Helper()
	conn, _, err := websocket.DefaultDialer.DialContext(f.ctx, "ws://"+f.host+"/socket", f.header(user))
	if err != nil {
		f.t.Fatal(err)
	}
	if err := conn.WriteJSON(hello); err != nil {
		f.t.Fatal(err)
	}
	return f.read(&page{user: user, conn: conn}, func() { _ = conn.Close() })
}

// stream opens a page with an event stream.
func (f *front) stream(user string, hello message.Hello) *page {
	f.t.Helper()
	answer := f.post(f.ctx, "/stream", f.header(user), hello)
	p := &page{user: user, body: answer.Body, lines: bufio.NewScanner(answer.Body)}
	p.lines.Buffer(nil, 1<<20)
	return f.read(p, func() { _ = answer.Body.Close() })
}

func (f *front) read(p *page, end func()) *page {
	p.front, p.done, p.changed = f, make(chan struct{}), make(chan struct{})
	p.objects, p.results = make(map[string]message.Object), make(map[string]message.Result)
	// Ends with the connection; the test waits for it.
	go func() {
		defer close(p.done)
		for {
			data, err := p.next()
			if err != nil {
				return
			}
			p.take(data)
		}
	}()
	f.t.Cleanup(func() {
		end()
		<-p.done
	})
	f.pages = append(f.pages, p)
	return p
}

func (p *page) next() ([]byte, error) {
	if p.conn != nil {
		_, data, err := p.conn.ReadMessage()
		return data, err
	}
	for p.lines.Scan() {
		if line, ok := bytes.CutPrefix(p.lines.Bytes(), []byte("data: ")); ok {
			return bytes.Clone(line), nil
		}
	}
	return nil, io.EOF
}

// take takes a message.
func (p *page) take(data []byte) {
	p.front.valid("FromGateway", data)
	var m struct {
		message.Update
		Token, Instance string
	}
	var result message.Result
	_, _ = json.Unmarshal(data, &m), json.Unmarshal(data, &result) // the schema says that they are so
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frames = append(p.frames, data)
	switch m.Type {
	case "welcome":
		p.token, p.instance = m.Token, m.Instance
	case "reset":
		p.instance = m.Instance
		p.resets++
		clear(p.objects) // a test need not look right meanwhile
	case "update":
		p.revision = m.Revision
		for _, o := range m.Put {
			p.objects[o.Key] = o
		}
		for _, key := range m.Delete {
			delete(p.objects, key)
		}
	case "result":
		p.results[result.ID] = result
	case "closing":
		_ = json.Unmarshal(data, &p.closing)
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// until waits until a page is so.
func (p *page) until(what string, so func() bool) {
	p.front.t.Helper()
	for {
		p.mu.Lock()
		is, changed := so(), p.changed
		p.mu.Unlock()
		if is {
			return
		}
		select {
		case <-changed:
		case <-p.done:
			p.front.t.Fatalf("%s is closed by %+v, and never shows %s\n%s", p.user, p.closing, what, strings.Join(p.told(), "\n"))
		case <-p.front.ctx.Done():
			p.front.t.Fatalf("%s never shows %s: %v\n%s", p.user, what, context.Cause(p.front.ctx), strings.Join(p.told(), "\n"))
		}
	}
}

// shows waits until a line has the text: a Party, as told tells it.
func (p *page) shows(text string) {
	p.front.t.Helper()
	p.until(text, func() bool {
		return slices.ContainsFunc(p.describe(), func(line string) bool { return strings.Contains(line, text) })
	})
}

// told is what the page shows of Parties.
func (p *page) told() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.describe()
}

// describe is told under the mutex: a line for each Party.
func (p *page) describe() (lines []string) {
	for _, key := range slices.Sorted(maps.Keys(p.objects)) {
		if o := p.objects[key]; o.Kind == message.KindParty {
			party := value[message.Party](o)
			line := fmt.Sprintf("%s %s", strings.TrimPrefix(party.Device, "PJSIP/"), party.State)
			if party.Ending != "" {
				line += " " + string(party.Ending)
			}
			for _, who := range party.With {
				line += fmt.Sprintf(", %s %s", who.Number, who.Name)
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func value[T any](o message.Object) (v T) {
	_ = json.Unmarshal(o.Value, &v)
	return v
}

// key is that of the Party of a device that takes part in a call; empty for none.
func (p *page) key(device string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, o := range p.objects {
		if party := value[message.Party](o); o.Kind == message.KindParty && party.Device == "PJSIP/"+device && party.State != message.PartyLeft {
			return key
		}
	}
	return ""
}

// act asks for something, and returns what became of it.
func (p *page) act(a message.Action) message.Result {
	p.front.t.Helper()
	a.Type = "action"
	if a.ID == "" {
		a.ID = p.front.newID()
	}
	if p.conn == nil {
		p.mu.Lock()
		token := p.token
		p.mu.Unlock()
		h := p.front.header("")
		h.Set("Authorization", "Bearer "+token)
		answer := p.front.post(p.front.ctx, "/action", h, a)
		defer answer.Body.Close()
		data, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			p.front.t.Fatalf("%s is answered with %s %s, %v", a.Action, answer.Status, data, err)
		}
		p.take(data)
	} else {
		p.send(a)
	}
	var result message.Result
	p.until("a result of "+string(a.Action), func() (ok bool) {
		result, ok = p.results[a.ID]
		return ok
	})
	return result
}

func (p *page) send(value any) {
	p.front.t.Helper()
	if err := p.conn.WriteJSON(value); err != nil {
		p.front.t.Fatal(err)
	}
}
