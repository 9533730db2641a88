package keep_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/keep"
)

// A pause below zero is none, and no panic.
func TestBackoffBelowZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		backoff := keep.Backoff{Least: -time.Second, Most: -time.Second}
		start := time.Now()
		for range 3 {
			if !backoff.Wait(t.Context()) || time.Since(start) != 0 {
				t.Errorf("Wait took %v", time.Since(start))
			}
		}
	})
}
