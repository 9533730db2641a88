package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// start runs the monitor until the test ends and returns the lines that it prints.
func start(t *testing.T, o options) *bufio.Scanner {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	// monitor ends with ctx; the cleanup waits for it.
	go func() {
		done <- monitor(ctx, o, writer, io.Discard)
		writer.Close()
	}()
	t.Cleanup(func() {
		cancel()
		reader.Close()
		if err := <-done; err != nil && !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("monitor = %v", err)
		}
	})
	return bufio.NewScanner(reader)
}

// find reads lines until one holds all words.
func find(t *testing.T, lines *bufio.Scanner, words ...string) {
	t.Helper()
	for lines.Scan() {
		found := 0
		for _, word := range words {
			if strings.Contains(lines.Text(), word) {
				found++
			}
		}
		if found == len(words) {
			return
		}
	}
	t.Fatalf("no line with %q", words)
}

func TestMonitorShowsTheGapOfALostConnection(t *testing.T) {
	seen := make(chan struct{})
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Login()
		if p.Number() == 1 {
			// Ends with the connection.
			go emitUntil(p, seen)
		}
		p.Serve()
	})
	o, err := parse([]string{"-user", "u"}, func(string) string { return "" }, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	o.config.Dial = srv.Dial
	lines := start(t, o)
	find(t, lines, "Hangup PJSIP/100-1 Cause=16")
	close(seen)
	find(t, lines, "Gap", "disconnected")
	find(t, lines, "Connected")
}

// emitUntil sends events again and again, for the monitor subscribes some time after its login, and then cuts.
func emitUntil(p *amitest.Peer, seen <-chan struct{}) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "PJSIP/100-1", "Cause", "16")
		case <-seen:
			p.Cut()
			return
		case <-p.Context().Done():
			return
		}
	}
}

func TestMonitorEndsWithARefusedLogin(t *testing.T) {
	srv := amitest.Start(t, func(p *amitest.Peer) { p.LoginAs("monitor", "right") })
	o := options{addresses: []string{"pbx"}, config: ami.Config{Username: "monitor", Secret: "wrong", Dial: srv.Dial}}
	if err := monitor(t.Context(), o, io.Discard, io.Discard); !errors.Is(err, ami.ErrLoginRefused) {
		t.Errorf("monitor = %v, want %v", err, ami.ErrLoginRefused)
	}
}

// Two servers have their events in one stream of lines, until one of them is lost for good.
func TestMonitorOfTwoServers(t *testing.T) {
	seen := make(chan struct{})
	server := func(later string, cut <-chan struct{}) *amitest.Server {
		return amitest.Start(t, func(p *amitest.Peer) {
			secret := "s"
			if p.Number() > 1 {
				secret = later
			}
			p.LoginAs("u", secret)
			// Ends with the connection.
			go emitUntil(p, cut)
			p.Serve()
		})
	}
	servers := map[string]*amitest.Server{"one:5038": server("s", nil), "two:5038": server("changed", seen)}
	config := ami.Config{Username: "u", Secret: "s", Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		return servers[address].Dial(ctx, network, address)
	}}
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	// monitor ends when the second server refuses the second login.
	go func() {
		done <- monitor(t.Context(), options{addresses: []string{"one", "two"}, config: config}, writer, io.Discard)
		writer.Close()
	}()
	lines := bufio.NewScanner(reader)
	find(t, lines, "one ", "Hangup")
	find(t, lines, "two ", "Hangup")
	close(seen)
	for lines.Scan() { // what is still printed
	}
	if err := <-done; !errors.Is(err, ami.ErrLoginRefused) {
		t.Errorf("monitor = %v, want %v", err, ami.ErrLoginRefused)
	}
}

func TestParse(t *testing.T) {
	env := map[string]string{"ASTERISK_ADDRESS": "pbx1,pbx2", "ASTERISK_SECRET": "s3cret"}
	o, err := parse([]string{"-tls", "-only", "Hangup", "-user", "crm"}, func(key string) string { return env[key] }, io.Discard)
	if err != nil || !slices.Equal(o.addresses, []string{"pbx1", "pbx2"}) || o.config.Username != "crm" || o.config.Secret != "s3cret" || o.config.TLS == nil {
		t.Errorf("parse = %+v, %v", o, err)
	}
	if got := o.filter.String(); !strings.EqualFold(got, "named(hangup)") {
		t.Errorf("filter %s, want one for Hangup", got)
	}
	if _, err := parse([]string{"-nonsense"}, func(string) string { return "" }, io.Discard); err == nil {
		t.Error("parse of an unknown flag gives no error")
	}
}
