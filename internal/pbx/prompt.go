package pbx

import (
	"strconv"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// playbackApp is Playback(file&file,options): it answers, unless told not to, and plays files one after the other.
func playbackApp(t *thread, c *channel, data string) bool {
	files, options, _ := strings.Cut(data, ",")
	if c.state != asterisk.ChannelUp && !strings.Contains(options, "noanswer") {
		c.answer()
	}
	for range strings.SplitSeq(files, "&") {
		t.wait(t.machine.now.Add(promptLength), c.leaves)
	}
	c.set("PLAYBACKSTATUS", "SUCCESS")
	return !c.hungUp
}

// How long Read waits: for the first digit after the prompt, and for each more.
const (
	firstDigitTime = 10 * time.Second
	nextDigitTime  = 5 * time.Second
)

// readApp is Read(variable,file,digits,options,attempts,timeout): what the caller presses, up to # or so many digits.
func readApp(t *thread, c *channel, data string) bool {
	arguments := append(strings.Split(data, ","), "", "", "", "", "")
	variable, files, options := arguments[0], arguments[1], arguments[3]
	if c.state != asterisk.ChannelUp && !strings.Contains(options, "n") {
		if strings.Contains(options, "s") {
			c.set("READSTATUS", "SKIPPED")
			return true
		}
		c.answer()
	}
	most := 255
	if n, err := strconv.Atoi(arguments[2]); err == nil && n > 0 && n < most {
		most = n
	}
	first, next := firstDigitTime, nextDigitTime
	if until := t.machine.inSeconds(arguments[5]); !until.IsZero() {
		first = until.Sub(t.machine.now)
		next = first
	}
	var prompt time.Duration
	if files != "" {
		prompt = time.Duration(strings.Count(files, "&")+1) * promptLength
	}
	attempts, _ := strconv.Atoi(arguments[4])
	digits, status := "", ""
	for range min(max(attempts, 1), 100) {
		digits, status = c.readDigits(t, prompt+first-next, next, most)
		if c.set(variable, digits); digits != "" || c.leaves() {
			break
		}
	}
	c.set("READSTATUS", status)
	return !c.hungUp
}

// readDigits returns digits and the status that Read has for them.
func (c *channel) readDigits(t *thread, prompt, pause time.Duration, most int) (digits, status string) {
	digits, late := strings.CutSuffix(c.awaitDigits(t, prompt, pause, most), " (timeout)")
	switch {
	case c.hungUp:
		return strings.TrimPrefix(digits, "-1"), "HANGUP"
	case late:
		return digits, "TIMEOUT"
	}
	return digits, "OK"
}

// pauseMemberApp is PauseQueueMember(queue,interface,options,reason), or UnpauseQueueMember.
func pauseMemberApp(paused bool) application {
	return func(_ *thread, c *channel, data string) bool {
		status, done := "UPQMSTATUS", "UNPAUSED"
		if paused {
			status, done = "PQMSTATUS", "PAUSED"
		}
		arguments := append(strings.Split(data, ","), "", "", "")
		if c.machine.QueuePause(arguments[0], arguments[1], paused, arguments[3]) != nil {
			done = "NOTFOUND"
		}
		c.set(status, done)
		return true
	}
}

// userEventApp is UserEvent(name,key: value,key: value).
func userEventApp(_ *thread, c *channel, data string) bool {
	name, body, _ := strings.Cut(data, ",")
	w := c.machine.begin("UserEvent", "user").told("", c).add("UserEvent", name)
	for field := range strings.SplitSeq(body, ",") {
		if key, value, found := strings.Cut(field, ":"); found {
			w.add(strings.TrimSpace(key), strings.TrimSpace(value))
		}
	}
	w.send()
	return true
}
