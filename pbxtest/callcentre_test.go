package pbxtest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/callcentre/menu"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// staffed is a call centre with its menu, both in memory.
type staffed struct {
	*pbxtest.PBX
	told strings.Builder
}

func newCentre(t *testing.T, seed uint64) *staffed {
	t.Helper()
	c := new(staffed)
	config, err := (&pbxtest.CallCentre{Menu: "agi://menu/menu", Tell: func(at time.Duration, what string) { fmt.Fprintln(&c.told, at, what) }}).Config()
	if err != nil {
		t.Fatal(err)
	}
	calls := &listener{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := menu.New(nil)
	server.TrustEnv = true // else it asks with a random word
	served := make(chan error, 1)
	// Ends with the server.
	go func() { served <- server.Serve(calls) }()
	config.Seed, config.Dial = seed, calls.dial
	if c.PBX, err = pbxtest.New(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Close()
		_ = server.Close()
		<-served
	})
	return c
}

// listener accepts what dial dials.
type listener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once // closes it
}

func (l *listener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error { l.once.Do(func() { close(l.closed) }); return nil }

func (l *listener) Addr() net.Addr { return &net.TCPAddr{} }

// watch returns what a client is sent that logs in, and asks for lists while the centre works.
func watch(t *testing.T, seed uint64, length time.Duration) []byte {
	t.Helper()
	var sent []byte
	synctest.Test(t, func(t *testing.T) {
		c := newCentre(t, seed)
		conn, err := c.Dial(t.Context(), "tcp", "pbx")
		if err != nil {
			t.Fatal(err)
		}
		all := make(chan []byte)
		// Ends with the connection.
		go func() {
			text, _ := io.ReadAll(conn)
			all <- text
		}()
		for _, action := range []string{"Login\r\nUsername: admin\r\nSecret: secret", "QueueStatus", "CoreShowChannels", "DeviceStateList", "BridgeList", "Challenge\r\nAuthType: MD5"} {
			if _, err := fmt.Fprintf(conn, "Action: %s\r\nActionID: 1\r\n\r\n", action); err != nil {
				t.Fatal(err)
			}
			time.Sleep(length / 6)
		}
		_ = c.Close()
		sent = <-all
	})
	return sent
}

func TestCentreSameSeedSameBytes(t *testing.T) {
	first := watch(t, 1, 5*time.Minute)
	if len(first) < 250_000 {
		t.Fatalf("only %d bytes were sent", len(first))
	}
	for range 2 {
		if again := watch(t, 1, 5*time.Minute); !bytes.Equal(first, again) {
			t.Fatalf("the same seed sent something else after %d bytes", common(first, again))
		}
	}
	if bytes.Equal(first, watch(t, 2, 5*time.Minute)) {
		t.Error("another seed sent the same")
	}
}

// common is how many bytes are the same at the beginning.
func common(a, b []byte) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// TestCentreHasEverything has all happen in an hour that people do, with a model that is right at the end.
func TestCentreHasEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre(t, 1)
		_, client := connect(t, c.PBX)
		model, err := live.Watch(t.Context(), client, &live.Config{Parts: []live.PartName{live.PartCalls, live.PartDevices, live.PartQueues, live.PartParking}})
		if err != nil {
			t.Fatal(err)
		}
		events := []string{"AgentConnect", "AgentRingNoAnswer", "AttendedTransfer", "BlindTransfer", "Hold", "ParkedCall", "QueueCallerAbandon", "UnParkedCall"}
		happened := make(map[string]int)
		all := client.Subscribe(event.Named(events...), nil)
		counted := make(chan struct{})
		// Ends with the subscription.
		go func() {
			defer close(counted)
			for {
				e, err := all.Next(context.Background())
				if err != nil {
					return
				}
				happened[e.EventName()]++
			}
		}()
		time.Sleep(time.Hour)
		synctest.Wait()
		channels, err := ami.List(t.Context(), client, action.CoreShowChannels{})
		if err != nil {
			t.Error(err)
		}
		known := 0
		for range model.View().Channels() {
			known++
		}
		if known != len(channels) || known == 0 {
			t.Errorf("the model has %d channels, the PBX %d", known, len(channels))
		}
		all.Close()
		<-counted
		if err := errors.Join(model.Close(), c.Close()); err != nil {
			t.Error(err)
		}
		for _, name := range events {
			if happened[name] == 0 {
				t.Errorf("in an hour there was no %s", name)
			}
		}
		told := c.told.String()
		for _, what := range []string{"calls +12025550100", "calls +12025550111", "phone rings", "answers", "declines", "stops to ring", "puts the caller on hold", "is back",
			"sends the caller to", "asks", "connects the caller with", "parks the caller at 701", "fetches the caller", "hangs up"} {
			if !strings.Contains(told, what) {
				t.Errorf("nobody %s", what)
			}
		}
	})
}
