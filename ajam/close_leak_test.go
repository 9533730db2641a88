package ajam_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

// When Close returns nothing of the client runs any more: no poll, no snapshot, no action, no call's tracker. Idle
// connections are net/http's.
func TestCloseLeavesNothing(t *testing.T) {
	for name, mutate := range map[string]func(*ajam.Config){
		"events":    nil,
		"no events": func(c *ajam.Config) { c.EventMask = "off" },
	} {
		t.Run(name, func(t *testing.T) {
			for round := range 20 {
				closeInTheMiddle(t, mutate, round%4 == 3)
				if t.Failed() {
					return
				}
			}
		})
	}
}

func closeInTheMiddle(t *testing.T, mutate func(*ajam.Config), serverFirst bool) {
	t.Helper()
	srv := amitest.NewServer(func(p *amitest.Peer) {
		p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
			item := []string{"Event", "CoreShowChannel", "Channel", "PJSIP/100-1"}
			p.List(a, "CoreShowChannelsComplete", item, item, item)
		})
		p.Handle("Originate", func(p *amitest.Peer, a amitest.Action) { p.Success(a) })
		p.Login()
		p.Serve()
	})
	config := &ajam.Config{Config: ami.Config{Username: "u", Secret: secret}, HTTPClient: srv.HTTPClient()}
	if mutate != nil {
		mutate(config)
	}
	c, err := ajam.Connect(t.Context(), "http://pbx/asterisk", config)
	if err != nil {
		t.Fatal(err)
	}
	snapshot := &ami.SubscribeConfig{Snapshot: []action.Action{action.CoreShowChannels{}}}
	next(t, c.Subscribe(ofNothing, snapshot))
	c.Subscribe(ofNothing, snapshot)
	if _, err := ami.Originate(t.Context(), c, action.Originate{Channel: "Local/a@b", Application: "Wait", Data: "1"}); err != nil {
		t.Fatal(err)
	}
	for _, err := range ami.Each(t.Context(), c, action.CoreShowChannels{}) {
		if err != nil {
			t.Fatal(err)
		}
		break // in the middle of the list
	}
	if serverFirst {
		_ = srv.Close()
	}
	_ = c.Close()
	leak.None(t, "ami/amitest", "internal/manager")
	_ = srv.Close()
	leak.None(t)
}

// A client that can't log in leaves nothing either.
func TestCloseLeavesNoAttempt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan struct{}, 1)
	client := &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		select {
		case waiting <- struct{}{}:
		default:
		}
		<-req.Context().Done()
		return nil, context.Cause(req.Context())
	})}
	go func() { // ends with the first request
		<-waiting
		cancel()
	}()
	if _, err := ajam.Connect(ctx, "http://pbx", &ajam.Config{Config: ami.Config{Username: "u", Secret: secret, KeepTrying: true}, HTTPClient: client}); err == nil {
		t.Error("Connect = nil though its context has ended")
	}
	leak.None(t)
}
