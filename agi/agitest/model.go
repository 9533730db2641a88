package agitest

import (
	"maps"
	"strconv"
	"strings"
)

// model is as much of a channel as plausible answers depend on.
type model struct {
	variables map[string]string
	database  map[string]string // by family, slash, key
	digits    string            // not pressed yet
	answered  bool
}

func newModel(variables map[string]string, digits string) *model {
	m := &model{variables: maps.Clone(variables), database: make(map[string]string), digits: digits}
	if m.variables == nil {
		m.variables = make(map[string]string)
	}
	return m
}

// Variable returns a variable of an automatic call's channel, and whether it is
// set.
func (c *Call) Variable(name string) (string, bool) {
	value, ok := c.model.variables[name]
	return value, ok
}

// SetVariable sets a variable of an automatic call's channel.
func (c *Call) SetVariable(name, value string) { c.model.variables[name] = value }

// Press lets the caller press more digits in an automatic call.
func (c *Call) Press(digits string) { c.model.digits += digits }

// press takes the next digit if it is one of those.
func (m *model) press(among string) string {
	if m.digits == "" || !strings.Contains(among, m.digits[:1]) {
		return ""
	}
	digit := m.digits[:1]
	m.digits = m.digits[1:]
	return digit
}

// enter takes up to most digits, and reports whether the time ran out first.
func (m *model) enter(most int) (digits string, late bool) {
	for range most {
		digit := m.press(allDigits)
		switch digit {
		case "":
			return digits, true
		case "#":
			return digits, false
		}
		digits += digit
	}
	return digits, false
}

const allDigits = "0123456789*#ABCD"

// value is what stands for ${expression}: a variable, or a part of one, as in
// NAME:600:600.
func (m *model) value(expression string) string {
	name, part, _ := strings.Cut(expression, ":")
	from, length, limited := strings.Cut(part, ":")
	value := m.variables[name]
	value = value[min(natural(from), len(value)):]
	if limited {
		value = value[:min(natural(length), len(value))]
	}
	return value
}

// natural is 0 for what is no number, or less.
func natural(text string) int {
	n, _ := strconv.Atoi(text)
	return max(n, 0)
}

// expand puts values in the place of each ${NAME}.
func expand(expression string, value func(name string) string) string {
	var text strings.Builder
	for {
		before, rest, ok := strings.Cut(expression, "${")
		text.WriteString(before)
		if !ok {
			return text.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		text.WriteString(value(name))
		expression = after
	}
}
