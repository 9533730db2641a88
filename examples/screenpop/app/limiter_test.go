package app

import (
	"fmt"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	now := time.Unix(1_000, 0)
	l := newLimiter(3, 10*time.Second)
	l.now = func() time.Time { return now }
	for i := range 3 {
		if wait := l.take("a"); wait != 0 {
			t.Errorf("try %d waits %v", i, wait)
		}
	}
	if wait := l.take("a"); wait != 10*time.Second {
		t.Errorf("try 4 waits %v, want 10s", wait)
	}
	if wait := l.take("b"); wait != 0 {
		t.Errorf("another key waits %v", wait)
	}
	now = now.Add(10 * time.Second)
	if first, second := l.take("a"), l.take("a"); first != 0 || second != 10*time.Second {
		t.Errorf("after a pause: %v, %v, want one more", first, second)
	}
	l.forgive("a")
	if wait := l.take("a"); wait != 0 {
		t.Errorf("after it was forgiven it waits %v", wait)
	}
}

// A limiter remembers so many, and lets nobody new in until some of them are forgotten: it can't be flooded to let one in.
func TestLimiterIsBounded(t *testing.T) {
	now := time.Unix(1_000, 0)
	l := newLimiter(1, time.Minute)
	l.now = func() time.Time { return now }
	for i := range mostKeys {
		l.take(fmt.Sprint(i))
	}
	if wait := l.take("0"); wait == 0 {
		t.Error("a key that has tried may again")
	}
	if wait := l.take("new"); wait == 0 || len(l.until) > mostKeys {
		t.Errorf("a new key waits %v, with %d known", wait, len(l.until))
	}
	now = now.Add(2 * time.Minute)
	if wait := l.take("new"); wait != 0 {
		t.Errorf("a new key waits %v, when all others are over", wait)
	}
}
