package lab

import (
	"iter"
	"os"
	"time"
)

// Full reports whether tests run at the size of an acceptance, which takes minutes more.
func Full() bool { return os.Getenv("ASTERISK_FULL") == "1" }

// Soak is how long each test goes on that can go on for any time (make soak); 0 where there is no soak.
func Soak() time.Duration {
	d, err := time.ParseDuration(os.Getenv("ASTERISK_SOAK"))
	if err != nil {
		return 0
	}
	return d
}

// Rounds counts the rounds of a test from 0: few, many at full size, and in a soak as many as begin in its time, few at least.
func Rounds(few, many int) iter.Seq[int] {
	if Full() {
		few = many
	}
	return func(yield func(int) bool) {
		end := time.Now().Add(Soak())
		for n := 0; n < few || time.Now().Before(end); n++ {
			if !yield(n) {
				return
			}
		}
	}
}
