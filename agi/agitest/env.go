package agitest

import (
	"slices"
	"strconv"
	"strings"
)

// line is one of an environment.
type line struct{ key, value string }

// env returns what is sent first, in the order of setup_env in res_agi.c, with
// the empty line behind it. Host is that of the URL.
func (c *Config) env(host string) string {
	if c.RawEnv != "" {
		return c.RawEnv
	}
	lines := c.lines(host)
	for i := 0; i+1 < len(c.Env); i += 2 {
		lines = put(lines, line{c.Env[i], c.Env[i+1]})
	}
	var text strings.Builder
	for _, l := range lines {
		text.WriteString(l.key + ": " + l.value + "\n")
	}
	text.WriteString("\n")
	return text.String()
}

// channel is the name of the session's own.
func (c *Config) channel() string {
	for line := range strings.Lines(c.env("")) {
		if name, ok := strings.CutPrefix(line, "agi_channel: "); ok {
			return strings.TrimSuffix(name, "\n")
		}
	}
	return ""
}

func (c *Config) lines(host string) []line {
	lines := []line{{"agi_network", "yes"}}
	url := "agi://" + host
	if c.Script != "" {
		lines = append(lines, line{"agi_network_script", c.Script})
		url += "/" + c.Script
	}
	lines = append(lines, []line{
		{"agi_request", url},
		{"agi_channel", "PJSIP/100-00000001"},
		{"agi_language", "en"},
		{"agi_type", "PJSIP"},
		{"agi_uniqueid", "1767600000.1"},
		{"agi_version", "22.10.1"},
		{"agi_callerid", "100"},
		{"agi_calleridname", "Alice"},
		{"agi_callingpres", "0"},
		{"agi_callingani2", "0"},
		{"agi_callington", "0"},
		{"agi_callingtns", "0"},
		{"agi_dnid", "200"},
		{"agi_rdnis", "unknown"},
		{"agi_context", "default"},
		{"agi_extension", "200"},
		{"agi_priority", "1"},
		{"agi_enhanced", "0.0"},
		{"agi_accountcode", ""},
		{"agi_threadid", "140123456789248"},
	}...)
	for i, argument := range c.Arguments {
		lines = append(lines, line{"agi_arg_" + strconv.Itoa(i+1), argument})
	}
	return lines
}

// put replaces the line of the same key, or adds l where Asterisk would: the
// path after the first line, an argument last, all else before the arguments.
func put(lines []line, l line) []line {
	for i := range lines {
		if lines[i].key == l.key {
			lines[i] = l
			return lines
		}
	}
	at := len(lines)
	switch {
	case l.key == "agi_network_script":
		at = 1
	case !isArgument(l):
		if first := slices.IndexFunc(lines, isArgument); first >= 0 {
			at = first
		}
	}
	return slices.Insert(lines, at, l)
}

func isArgument(l line) bool { return strings.HasPrefix(l.key, "agi_arg_") }
