package agi

import (
	"math"
	"strconv"
	"time"
)

// The longest times that Asterisk takes: it keeps milliseconds in an int, and
// turns seconds into these.
const (
	maxMilliseconds = math.MaxInt32
	maxSeconds      = maxMilliseconds / 1000
)

// milliseconds rounds up, so that a short time does not become none, and ends
// at the longest time that Asterisk takes. What is negative is for ever.
func milliseconds(d time.Duration) int64 { return whole(d, time.Millisecond, maxMilliseconds) }

// seconds rounds and ends as milliseconds does.
func seconds(d time.Duration) int64 { return whole(d, time.Second, maxSeconds) }

func whole(d, unit time.Duration, most int64) int64 {
	if d < 0 {
		return -1
	}
	n := int64(d / unit)
	if d%unit > 0 {
		n++
	}
	return min(n, most)
}

// maxTimes is a number of seconds that a time.Duration holds.
const maxTimes = math.MaxInt32

// times is a number of units that Asterisk tells; 0 for what is none.
func times(text string, unit time.Duration) time.Duration {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, maxTimes)) * unit
}
