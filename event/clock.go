package event

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// seconds reads a whole number of seconds.
func seconds(value string) time.Duration { return durationOf(value, time.Second) }

// durationOf reads a whole number of units; 0 stands for what a Duration can't
// hold.
func durationOf(value string, unit time.Duration) time.Duration {
	n := whole(value)
	if d := time.Duration(n) * unit; int64(d/unit) == n {
		return d
	}
	return 0
}

// whole is number for what an int of 32 bits can't hold: microseconds of half an
// hour.
func whole(value string) int64 {
	n := int64(0)
	for i := range len(value) {
		digit := value[i] - '0'
		if digit > 9 || i == maxWhole {
			return oddWhole(value)
		}
		n = n*10 + int64(digit)
	}
	return n
}

const maxWhole = 18 // digits that fit into an int64

// inSeconds is 0 for what a Duration can't hold.
func inSeconds(f float64) time.Duration {
	if ns := math.Round(f * float64(time.Second)); math.Abs(ns) < math.MaxInt64 {
		return time.Duration(ns)
	}
	return 0
}

// clock reads a duration written as hours, minutes and seconds: "00:01:07".
func clock(value string) time.Duration {
	if value == "" {
		return 0
	}
	var total int64
	for part := range strings.SplitSeq(value, ":") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil || total > math.MaxInt32 {
			return 0
		}
		total = total*60 + int64(n)
	}
	if total > int64(math.MaxInt64/time.Second) {
		return 0
	}
	return time.Duration(total) * time.Second
}

// unixTime reads seconds since 1970, perhaps with a fraction in microseconds;
// 0, which stands for never, is the zero time.
func unixTime(value string) time.Time {
	if value == "" {
		return time.Time{}
	}
	whole, fraction, _ := strings.Cut(value, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}
	}
	var micros uint64
	if len(fraction) == 6 {
		if micros, err = strconv.ParseUint(fraction, 10, 64); err != nil {
			return time.Time{}
		}
	}
	if n == 0 && micros == 0 {
		return time.Time{}
	}
	return time.Unix(n, int64(micros)*1000)
}

// dateTime reads a time without a zone as one of this program's.
func dateTime(value string) time.Time {
	if value == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateTime, value, time.Local)
	if err != nil {
		return unixTime(value) // cel.conf and cdr_manager.conf may ask for that
	}
	return t
}

// isoFormat is that of security events (main/security_events.c).
const isoFormat = "2006-01-02T15:04:05.000-0700"

// isoTime reads a time with its zone; 1970, which stands for none, is the zero
// time.
func isoTime(value string) time.Time {
	if value == "" {
		return time.Time{}
	}
	t, err := time.Parse(isoFormat, value)
	if err != nil || t.Unix() == 0 && t.Nanosecond() == 0 {
		return time.Time{}
	}
	return t
}
