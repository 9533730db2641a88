package pbxtest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

func newCentre(t *testing.T, seed uint64) *staffed { t.Helper(); return newCentreWith(t, seed, nil) }

// newCentreWith is newCentre with users of the manager; nil for Admin alone.
func newCentreWith(t *testing.T, seed uint64, users []pbxtest.User) *staffed {
	t.Helper()
	c := new(staffed)
	config, err := (&pbxtest.CallCentre{Menu: "agi://menu/menu", Tell: func(at time.Duration, what string) { fmt.Fprintln(&c.told, at, what) }}).Config()
	if err != nil {
		t.Fatal(err)
	}
	server := menu.New(nil)
	server.TrustEnv = true // else it asks with a random word
	config.Seed, config.Users = seed, users
	if c.PBX, err = pbxtest.New(config); err != nil {
		t.Fatal(err)
	}
	calls, served := c.ListenAGI(), make(chan error, 1)
	// Ends with the server.
	go func() { served <- server.Serve(calls) }()
	t.Cleanup(func() {
		_ = c.Close()
		_ = server.Close()
		<-served
	})
	return c
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
