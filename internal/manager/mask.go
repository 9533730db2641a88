package manager

import (
	"slices"
	"strconv"
	"strings"
)

// Mask is a set of classes of events, with the bits of Asterisk.
type Mask uint32

// MaskAll is every class, those included that nobody knows yet.
const MaskAll Mask = 1<<31 - 1

// System is the class that FullyBooted has.
const System Mask = 1

var labels = []struct {
	name string
	bits Mask
}{
	{"system", System}, {"call", 2}, {"log", 4}, {"verbose", 8}, {"command", 16}, {"agent", 32}, {"user", 64}, {"config", 128},
	{"dtmf", 256}, {"reporting", 512}, {"cdr", 1024}, {"dialplan", 2048}, {"originate", 4096}, {"agi", 8192}, {"cc", 32768},
	{"aoc", 65536}, {"test", 131072}, {"security", 262144}, {"message", 1 << 30}, {"all", MaskAll}, {"none", 0},
}

// ParseMask reads an event mask, and the classes of read= and write=: a number, a word for all or nothing, or labels. It has the
// faults of Asterisk: a label that another follows counts as all that begin with it, and what is unknown as nothing. An empty text is no mask.
func ParseMask(text string) (mask Mask, ok bool) {
	if text == "" {
		return 0, false
	}
	if bits, err := strconv.ParseUint(text, 10, 32); err == nil {
		return Mask(bits), true
	}
	switch word := strings.ToLower(text); {
	case slices.Contains([]string{"on", "yes", "true", "y", "t"}, word):
		return MaskAll, true
	case slices.Contains([]string{"off", "no", "false", "n", "f"}, word):
		return 0, true
	}
	tokens := strings.Split(text, ",")
	for i, token := range tokens {
		for _, label := range labels {
			if label.name == token || i < len(tokens)-1 && strings.HasPrefix(label.name, token) {
				mask |= label.bits
			}
		}
	}
	return mask, true
}

// ClassOf is the class of a label as events have it, 0 for one that nobody knows.
func ClassOf(name string) Mask {
	for _, label := range labels {
		if label.name == name {
			return label.bits
		}
	}
	return 0
}
