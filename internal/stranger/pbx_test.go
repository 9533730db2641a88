package stranger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
	"github.com/asterisk-go/asterisk-go/internal/stranger/witness"
)

// pbx is a server that strangers reach, with a witness wherever AGI leads, and a victim: a call of phone 201 that
// AsyncAGI serves.
type pbx struct {
	*lab.Server
	test    *testing.T // the servers' and the victim's
	client  *ami.Client
	reports chan witness.Report // of FastAGI and AsyncAGI
	log     *logText            // of the servers for AGI
	events  *event.Subscription // all
	victim  *victim
}

func newPBX(t *testing.T, v lab.Version) *pbx {
	t.Helper()
	p := &pbx{Server: lab.Start(t, v, &lab.Config{Trunk: true}), test: t, reports: make(chan witness.Report, 100), log: &logText{unserved: make(chan struct{}, 1)}}
	p.victim = &victim{up: make(chan *agi.Session, 1), ended: make(chan error, 1), asked: make(chan chan error)}
	user := p.User("all")
	var err error
	if p.client, err = ami.Connect(t.Context(), p.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.client.Close() })
	p.events = p.client.Subscribe(event.Filter{}, nil)
	t.Cleanup(p.events.Close)
	p.serveFast(t)
	p.serveAsync(t)
	p.installScript(t)
	p.dialVictim()
	return p
}

// serveFast has a URL without a path led to the witness, and one for administrators that nobody may reach.
func (p *pbx) serveFast(t *testing.T) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mux := fastagi.NewMux()
	mux.HandleFunc("/{$}", p.witness)
	mux.HandleFunc("/admin", func(_ context.Context, s *agi.Session) error {
		p.reports <- witness.Report{Channel: s.Env.Channel, Wrong: []string{"a stranger has chosen the route"}}
		return nil
	})
	server := &fastagi.Server{Handler: mux, Logger: slog.New(slog.NewTextHandler(p.log, nil))}
	served := make(chan error, 1)
	// Ends with the test.
	go func() { served <- server.Serve(ln) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-served; !errors.Is(err, fastagi.ErrServerClosed) {
			t.Errorf("Serve() = %v", err)
		}
	})
	p.global(t, "STRANGER_URL", "agi://"+ln.Addr().String())
}

func (p *pbx) serveAsync(t *testing.T) {
	t.Helper()
	server := &asyncagi.Server{Handler: agi.HandlerFunc(p.async), Logger: slog.New(slog.NewTextHandler(p.log, nil))}
	ctx, stop := context.WithCancel(context.Background())
	listening, served := make(chan struct{}), make(chan error, 1)
	server.Listening = func(ami.Session) { close(listening) }
	// Ends with the test.
	go func() { served <- server.Serve(ctx, p.client) }()
	t.Cleanup(func() {
		stop()
		<-served
	})
	<-listening
}

// async serves the victim until it hangs up, and has the witness look at others.
func (p *pbx) async(ctx context.Context, s *agi.Session) error {
	if strings.HasPrefix(s.Env.Channel, "PJSIP/201-") {
		return p.victim.serve(ctx, s)
	}
	return p.witness(ctx, s)
}

func (p *pbx) witness(ctx context.Context, s *agi.Session) error {
	p.reports <- witness.Watch(ctx, s)
	return nil
}

func (p *pbx) global(t *testing.T, name, value string) {
	t.Helper()
	if _, err := p.CLI(t.Context(), "dialplan set global "+name+" "+value); err != nil {
		t.Fatal(err)
	}
}

func (p *pbx) installScript(t *testing.T) {
	t.Helper()
	file := filepath.Join(p.Dir(), "agi-bin", "witness")
	build := exec.Command("go", "build", "-o", file, "./witness/script")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // the root has other libraries
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	p.global(t, "STRANGER_SCRIPT", "witness")
}

// scriptReports are those of the script, since the last time.
func (p *pbx) scriptReports(t *testing.T) []witness.Report {
	t.Helper()
	file := filepath.Join(p.Dir(), "agi-bin", "witness.reports")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	_ = os.Remove(file)
	var reports []witness.Report
	for decoder := json.NewDecoder(bytes.NewReader(text)); decoder.More(); {
		var r witness.Report
		if err := decoder.Decode(&r); err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	return reports
}

func (p *pbx) agent(t *testing.T, name string) *stranger.Agent {
	t.Helper()
	if name == "trunk" || name == "trusted" {
		return stranger.Trunk(t, p.Server, name)
	}
	return stranger.Phone(t, p.Server, name)
}

// victim is another call, which a stranger must not touch.
type victim struct {
	id, channel string
	up          chan *agi.Session
	ended       chan error
	asked       chan chan error
}

func (p *pbx) dialVictim() {
	t := p.test
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, refused := p.agent(t, "201").Start(context.Background(), stranger.Invite{Exten: "3"})
	select {
	case s := <-p.victim.up:
		p.victim.id, p.victim.channel = s.Env.UniqueID, s.Env.Channel
	case err := <-refused: // it is never answered
		t.Fatalf("the victim's call has ended: %v\n%s", err, p.account(t))
	case <-ctx.Done():
		t.Fatalf("nobody serves the victim\n%s", p.account(t))
	}
}

// account is what Asterisk and the servers for AGI have to say.
func (p *pbx) account(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, command := range []string{"core show channels verbose", "core show taskprocessors", "pjsip show endpoint 201"} {
		out, err := p.CLI(context.Background(), command)
		fmt.Fprintf(&b, "%s: %v\n%s\n", command, err, out)
	}
	fmt.Fprintf(&b, "the servers for AGI:\n%s\nevents:\n", p.log.take())
	for p.events.Stats().Queued > 0 {
		ev, err := p.events.Next(t.Context())
		if err != nil {
			fmt.Fprintf(&b, "no more: %v\n", err)
			break
		}
		fmt.Fprintln(&b, ev)
	}
	return b.String()
}

// serve runs a command for whoever asks, until the channel hangs up.
func (v *victim) serve(ctx context.Context, s *agi.Session) error {
	select {
	case v.up <- s:
	case <-ctx.Done():
	}
	for {
		select {
		case answer := <-v.asked:
			name, _, err := s.Variable(ctx, "CHANNEL(name)")
			if err == nil && name != s.Env.Channel {
				err = fmt.Errorf("its commands run on %s", name)
			}
			answer <- err
		case <-ctx.Done():
			select {
			case v.ended <- context.Cause(ctx):
			default: // nobody has asked after the one before
			}
			return nil
		}
	}
}

// check says whether the victim is served as if nothing had been.
func (v *victim) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer := make(chan error, 1)
	select {
	case v.asked <- answer:
		return <-answer
	case err := <-v.ended:
		return fmt.Errorf("the victim's handler has ended: %w", err)
	case <-ctx.Done():
		return fmt.Errorf("the victim's handler does not answer: %w", ctx.Err())
	}
}

// believed returns the names of the events since the last time that name the victim, are another channel's, and say
// nothing odd of themselves.
func (p *pbx) believed(t *testing.T) []string {
	t.Helper()
	names := make(map[string]bool)
	victim := other{channel: p.victim.channel, uniqueid: p.victim.id}
	for _, ev := range p.heard(t, p.events) {
		if victim.made(ev) && ev.Doubt() == 0 {
			names[ev.EventName()] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// barrier waits until the events so far are with the subscriptions.
func (p *pbx) barrier(t *testing.T) {
	t.Helper()
	for range 2 { // what was queued before an answer may come after it
		if _, err := p.client.Do(t.Context(), action.Ping{}); err != nil {
			t.Fatal(err)
		}
	}
}

// logText is what has been logged. Unserved gets a value for each call that AsyncAGI leaves alone.
type logText struct {
	unserved chan struct{}

	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if bytes.Contains(p, []byte("asyncagi: a start ")) {
		select {
		case l.unserved <- struct{}{}:
		default: // the one before is still to be hung up
		}
	}
	return l.text.Write(p)
}

// take returns what was logged since the last time.
func (l *logText) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}
