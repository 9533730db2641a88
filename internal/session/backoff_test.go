package session_test

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/session"
)

// A pause below zero is none, and no panic.
func TestBackoffBelowZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		backoff := session.Backoff{Least: -time.Second, Most: -time.Second}
		start := time.Now()
		for range 3 {
			if !backoff.Wait(t.Context()) || time.Since(start) != 0 {
				t.Errorf("Wait took %v", time.Since(start))
			}
		}
	})
}

// Pauses double up to the longest, half of each is random, and Reset begins
// anew.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		backoff := session.Backoff{Least: time.Second, Most: 5 * time.Second}
		for range 20 {
			for _, most := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second} {
				start := time.Now()
				if !backoff.Wait(t.Context()) {
					t.Fatal("Wait = false")
				}
				if took := time.Since(start); took < most/2 || took > most {
					t.Errorf("Wait took %v, want %v to %v", took, most/2, most)
				}
			}
			backoff.Reset()
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if backoff.Wait(ctx) {
			t.Error("Wait = true though its context has ended")
		}
	})
}

// Huge pauses stay huge.
func TestBackoffWithoutEnd(t *testing.T) {
	backoff := session.Backoff{Least: math.MaxInt64 / 2, Most: math.MaxInt64}
	for range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
		if backoff.Wait(ctx) {
			t.Error("Wait took no time")
		}
		cancel()
	}
	short := session.Backoff{Least: time.Hour, Most: time.Second}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if !short.Wait(t.Context()) || time.Since(start) > time.Second {
			t.Errorf("the longest pause is a second, and Wait took %v", time.Since(start))
		}
	})
}

func TestSettings(t *testing.T) {
	for in, want := range map[time.Duration]time.Duration{
		0: time.Minute, -1: time.Minute, math.MinInt64: time.Minute, 1: 1, time.Hour: time.Hour, session.Forever: session.Forever, math.MaxInt64: session.Forever,
	} {
		got := in
		if session.Duration(&got, time.Minute); got != want {
			t.Errorf("Duration(%d) = %v, want %v", in, got, want)
		}
	}
	if sum := session.Forever + session.Forever; sum < 0 || time.Now().Add(sum).Before(time.Now()) {
		t.Error("twice Forever is more than a duration holds")
	}
	for in, want := range map[int]int{0: 7, -1: 7, 1: 1, math.MaxInt: math.MaxInt} {
		got := in
		if session.Number(&got, 7); got != want {
			t.Errorf("Number(%d) = %d, want %d", in, got, want)
		}
	}
}
