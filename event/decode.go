package event

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// decode makes the typed event of base.
func decode(base Base) Event {
	if decoder := decoders[base.EventName()]; decoder != nil {
		return decoder(base)
	}
	return Unknown{base}
}

// decoders is never written after start.
var decoders = map[string]func(Base) Event{
	"CoreShowChannel":   decodeCoreShowChannel,
	"DialBegin":         decodeDialBegin,
	"DialEnd":           decodeDialEnd,
	"FullyBooted":       decodeFullyBooted,
	"Hangup":            decodeHangup,
	"NewCallerid":       decodeNewCallerid,
	"Newchannel":        decodeNewchannel,
	"Newstate":          decodeNewstate,
	"OriginateResponse": decodeOriginateResponse,
	"QueueEntry":        decodeQueueEntry,
	"QueueMember":       decodeQueueMember,
	"QueueParams":       decodeQueueParams,
	"Reload":            decodeReload,
	"Rename":            decodeRename,
	"Shutdown":          decodeShutdown,
	"Status":            decodeStatus,
	"UserEvent":         decodeUserEvent,
	"VarSet":            decodeVarSet,
}

// number reads a decimal number, perhaps with a text behind it: "0 (Presentation
// Allowed, Not Screened)". What is none is 0.
func number(value string) int {
	value, _, _ = strings.Cut(value, " ")
	n, err := strconv.Atoi(value)
	if err != nil {
		return 0 // Atoi has the nearest number that an int can hold
	}
	return n
}

// seconds reads a whole number of seconds.
func seconds(value string) time.Duration {
	return inSeconds(int64(number(value)))
}

// inSeconds is 0 for what a Duration can't hold.
func inSeconds(n int64) time.Duration {
	if d := time.Duration(n) * time.Second; int64(d/time.Second) == n {
		return d
	}
	return 0
}

// clock reads a duration written as hours, minutes and seconds: "00:01:07".
func clock(value string) time.Duration {
	var total int64
	for part := range strings.SplitSeq(value, ":") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil || total > math.MaxInt32 {
			return 0
		}
		total = total*60 + int64(n)
	}
	return inSeconds(total)
}

// unixTime reads seconds since 1970; 0, which stands for never, is the zero time.
func unixTime(value string) time.Time {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n == 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

func flag(value string) bool {
	switch strings.ToLower(value) {
	case "1", "yes", "true", "y", "t", "on", "enabled":
		return true
	}
	return false
}

// known maps what Asterisk prints for an unset name or number to "".
func known(value string) string {
	if value == "<unknown>" {
		return ""
	}
	return value
}

// unescape undoes the C escapes that Asterisk 13.5 and later put into some
// values (main/utils.c, ast_escape_c). An escape it does not write stays.
func unescape(value string) string {
	if strings.IndexByte(value, '\\') < 0 {
		return value
	}
	out := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c == '\\' && i+1 < len(value) {
			if plain := strings.IndexByte(`abfnrtv\'"?`, value[i+1]); plain >= 0 {
				c = "\a\b\f\n\r\t\v\\'\"?"[plain]
				i++
			}
		}
		out = append(out, c)
	}
	return string(out)
}

// knownEntry is known for QueueEntry, which prints "unknown" (apps/app_queue.c).
func knownEntry(value string) string {
	if value == "unknown" {
		return ""
	}
	return value
}

func decimal(value string) float64 {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}
