package agi_test

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// nowhere is a receiver that nobody asks.
type nowhere struct{}

func (nowhere) Reply(string) {}
func (nowhere) Hangup()      {}
func (nowhere) End(error)    {}

func TestNothingLooksOutAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, asterisk := net.Pipe()
		// Ends with the pipe.
		go func() { _, _ = io.Copy(io.Discard, asterisk) }()
		stream := agi.NewStream(ours, ours)
		stream.Start(nowhere{})
		if err := stream.Fail(); err != nil { // before the timer fires, as if Wait had come while it did
			t.Fatal(err)
		}
		time.Sleep(time.Second + time.Millisecond) // between two firings
		if stream.StopNotice() {
			t.Error("the timer still runs")
		}
		_ = ours.Close()
		stream.Wait()
	})
}
