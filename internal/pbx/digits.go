package pbx

import (
	"strconv"
	"strings"
	"time"
)

// promptLength is how long each sound file is.
const promptLength = 2 * time.Second

// listen plays what a command plays, and takes what the caller presses.
func (s *Script) listen(t *thread, name string, arguments []string) string {
	argument := func(i int) string {
		if i < len(arguments) {
			return arguments[i]
		}
		return ""
	}
	switch name {
	case "STREAM FILE":
		digit := s.channel.awaitDigit(t, promptLength, argument(1))
		if digit == "" {
			return "0 endpos=16000"
		}
		return strconv.Itoa(int(digit[0])) + " endpos=8000"
	case "WAIT FOR DIGIT":
		digit := s.channel.awaitDigit(t, commandTime(argument(0)), allDigits)
		if digit == "" {
			return "0"
		}
		return strconv.Itoa(int(digit[0]))
	}
	most, err := strconv.Atoi(argument(2))
	if err != nil {
		most = 1024
	}
	return s.channel.awaitDigits(t, promptLength, commandTime(argument(1)), most)
}

const allDigits = "0123456789*#ABCD"

// commandTime reads a time in milliseconds; what is none, or negative, has no end.
func commandTime(text string) time.Duration {
	milliseconds, err := strconv.Atoi(text)
	if err != nil || milliseconds < 0 {
		return 24 * time.Hour
	}
	return time.Duration(milliseconds) * time.Millisecond
}

// awaitDigit waits for one of some digits; empty if none came in time, or the channel has hung up.
func (c *channel) awaitDigit(t *thread, within time.Duration, among string) string {
	digit := ""
	t.wait(t.machine.now.Add(within), func() bool {
		for digit == "" && c.keys != "" {
			if next := c.keys[:1]; strings.Contains(among, next) {
				digit = next
			}
			c.keys = c.keys[1:]
		}
		return digit != "" || c.hungUp
	})
	return digit
}

// awaitDigits takes digits as GET DATA does: until there are enough, #, or a pause.
func (c *channel) awaitDigits(t *thread, prompt, pause time.Duration, most int) string {
	digits, within := "", prompt+pause
	for len(digits) < most {
		digit := c.awaitDigit(t, within, allDigits)
		switch {
		case digit == "#":
			return digits
		case digit == "" && c.hungUp:
			return "-1"
		case digit == "":
			return digits + " (timeout)"
		}
		digits += digit
		within = pause
	}
	return digits
}
