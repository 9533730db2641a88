package amitest

import (
	"slices"
	"strconv"
	"strings"
)

// mask is as much of an event mask as the answers depend on.
type mask struct{ on, system bool }

// parseMask reads a mask as strings_to_mask of main/manager.c does: a number
// of bits, a word for all or nothing, or labels, of which unknown ones count
// for nothing.
func parseMask(text string) mask {
	if bits, err := strconv.Atoi(text); err == nil {
		return mask{on: bits > 0, system: bits&1 != 0}
	}
	if slices.Contains([]string{"on", "yes", "true", "y", "t"}, strings.ToLower(text)) {
		return mask{on: true, system: true}
	}
	var m mask
	for _, label := range strings.Split(text, ",") {
		m.on = m.on || slices.Contains(labels(), label)
		m.system = m.system || label == "system" || label == "all"
	}
	return m
}

func labels() []string {
	return []string{
		"system", "call", "log", "verbose", "command", "agent", "user", "config", "dtmf",
		"reporting", "cdr", "dialplan", "originate", "agi", "cc", "aoc", "test", "security",
		"message", "all",
	}
}
