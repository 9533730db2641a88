package main

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// heard is what a monitor hears.
type heard struct {
	mu      sync.Mutex // guards reports
	reports []string
	err     error
}

func (h *heard) report(_ context.Context, uniqueID string, choices []string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := uniqueID
	for _, choice := range choices {
		text += " " + choice
	}
	h.reports = append(h.reports, text)
	return h.err
}

func start(t *testing.T, monitor reporter) *agitest.Call {
	return agitest.Start(t, &ivr{"support", monitor}, &agitest.Config{
		Env: []string{"agi_uniqueid", "1.1"}, Automatic: true, Variables: map[string]string{"QUEUESTATUS": "CONTINUE"},
	})
}

// What the caller chooses is reported with the channel's Uniqueid, over HTTP as well.
func TestChoices(t *testing.T) {
	h := new(heard)
	server := httptest.NewServer(reports(h))
	defer server.Close()
	for way, monitor := range map[string]reporter{"here": h, "over HTTP": &remote{server.URL}} {
		t.Run(way, func(t *testing.T) {
			h.reports = nil
			call := start(t, monitor)
			call.Expect("GET DATA").Result("1")
			call.Expect("STREAM FILE", "hours", "").Success()
			call.Expect("GET DATA").Result("2")
			call.Expect("EXEC", "MixMonitor", "ivr-1.1.wav,b").Success()
			call.Expect("EXEC", "Queue", "support").Success()
			if err := call.Wait(); err != nil {
				t.Fatal(err)
			}
			if want := []string{"1.1", "1.1 1", "1.1 1 2"}; !slices.Equal(h.reports, want) {
				t.Errorf("reported %q, want %q", h.reports, want)
			}
		})
	}
}

// A monitor that fails keeps nobody from the queue.
func TestMonitorIsDown(t *testing.T) {
	server := httptest.NewServer(reports(&heard{err: errors.New("ended")}))
	refuses := server.URL
	defer server.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, url := range []string{refuses, gone.URL} {
		call := start(t, &remote{url})
		call.Expect("GET DATA").Result("2")
		call.Expect("EXEC", "Queue", "support").Success()
		if err := call.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// A caller who hangs up in the menu has been reported.
func TestHangUpInTheMenu(t *testing.T) {
	h := new(heard)
	call := start(t, h)
	call.Expect("GET DATA").Result("1")
	call.Expect("STREAM FILE", "hours", "").Success()
	menu := call.Expect("GET DATA")
	call.Hangup()
	menu.Fail()
	_ = call.Wait() // the hangup
	if want := []string{"1.1", "1.1 1"}; !slices.Equal(h.reports, want) {
		t.Errorf("reported %q, want %q", h.reports, want)
	}
}
