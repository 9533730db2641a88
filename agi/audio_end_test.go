package agi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
)

// runInterruptedAudio says how reading ends while Asterisk is silent: by a
// context, and by Close.
func runInterruptedAudio() {
	agi.Main(agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		audio, err := agi.OpenAudio(ctx, s)
		if err != nil {
			return err
		}
		mine, stop := context.WithCancel(ctx)
		defer stop()
		frames, failed := 0, 0
		for _, err := range audio.Frames(mine) { // there is one
			frames++
			if err != nil {
				failed++
			}
			// Ends at once.
			go stop() // while the next is waited for, or before
		}
		for range audio.Frames(mine) {
			frames++
		}
		read := make(chan error, 1)
		// Ends with Close.
		go func() {
			_, err := audio.Read(make([]byte, 1)) // the context's end is not the audio's
			read <- err
		}()
		if err := s.NoOp(ctx); err != nil {
			return err
		}
		closed := audio.Close()
		err = <-read
		for range audio.Frames(ctx) {
			frames++
		}
		return s.Verbose(ctx, fmt.Sprint(frames, failed, closed, errors.Is(err, os.ErrClosed)), 1)
	}))
}

func TestAudioInterrupted(t *testing.T) {
	got := runScript(t, "interrupt", "agi_request: eagi\nagi_enhanced: 1.0\n", "", bytes.Repeat([]byte("a"), 320))
	if want := "1 0 <nil> true"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
