package pbx

import (
	"strconv"
	"strings"
)

// expand replaces variables in what an application is given. Their names may have variables in them, their values stay as they are.
func (c *channel) expand(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found || b.Len() > maxData {
			return b.String()
		}
		end := closing(rest)
		if end < 0 {
			b.WriteString("${" + rest)
			return b.String()
		}
		b.WriteString(c.value(c.expand(rest[:end])))
		text = rest[end+1:]
	}
}

// closing is where the brace is that ends a variable, or -1.
func closing(text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return -1
}

// value is that of a variable; ${EXTEN:1} leaves out the first character.
func (c *channel) value(name string) string {
	name, offset, cut := strings.Cut(name, ":")
	text := c.plainValue(name)
	if cut {
		return substring(text, offset)
	}
	return text
}

func (c *channel) plainValue(name string) string {
	value, _ := c.lookup(name)
	return value
}

// lookup returns the value of a variable or function, and whether there is one.
func (c *channel) lookup(name string) (value string, ok bool) {
	switch name {
	case "EXTEN":
		return c.at.exten, true
	case "CONTEXT":
		return c.at.context, true
	case "CHANNEL", "CHANNEL(name)":
		return c.name, true
	case "UNIQUEID", "CHANNEL(uniqueid)":
		return c.uniqueID, true
	case "CHANNEL(linkedid)":
		return c.linkedID, true
	case "CHANNEL(onhold)":
		if c.held {
			return "1", true
		}
		return "0", true
	case "CALLERID(num)":
		return c.caller.number, true
	case "CALLERID(name)":
		return c.caller.name, true
	}
	for _, v := range c.variables {
		if v.isCalled(name) {
			return v.value, true
		}
	}
	if value, ok := c.function(name); ok {
		return value, true
	}
	value, ok = c.machine.globals[name]
	return value, ok
}

// set sets a variable of a channel, and tells of it. It is false if there are too many.
func (c *channel) set(name, value string) bool {
	if c.setProfile(name, value) {
		return true
	}
	old := -1
	for i := range c.variables {
		if c.variables[i].isCalled(strings.TrimLeft(name, "_")) {
			old = i
		}
	}
	more := len(name) + len(value) + variableCost
	if old >= 0 {
		more = len(name) - len(c.variables[old].name) + len(value) - len(c.variables[old].value)
	}
	if !c.gone && !c.machine.reserve(more) {
		return false
	}
	c.machine.begin("VarSet", "dialplan").told("", c).add("Variable", name).add("Value", escape(value)).send()
	if old >= 0 {
		c.variables[old] = variable{name, value}
		return true
	}
	c.variables = append(c.variables, variable{name, value})
	return true
}

// variableCost is what a variable takes besides its name and value.
const variableCost = 64

// reserve takes room for variables, or gives it back. It is false if there is too little.
func (m *Machine) reserve(bytes int) bool {
	if bytes > 0 && m.variables+bytes > m.config.MaxVariables {
		return false
	}
	m.variables += bytes
	return true
}

// unset forgets how much room the variables of a channel take that ends.
func (c *channel) unset() {
	for _, v := range c.variables {
		c.machine.variables -= len(v.name) + len(v.value) + variableCost
	}
}

// isCalled reports whether a variable has a name, before which it may have underlines.
func (v variable) isCalled(name string) bool {
	return v.name == name || len(v.name) > len(name) && v.name[0] == '_' && strings.TrimLeft(v.name, "_") == name
}

// inherit sets the variables of a channel that whom it calls gets, too: those whose names begin with an underline. With two of them these
// go on to whom that calls.
func (c *channel) inherit(from *channel) {
	for _, v := range from.variables {
		switch {
		case strings.HasPrefix(v.name, "__"):
			c.set(v.name, v.value)
		case strings.HasPrefix(v.name, "_"):
			c.set(v.name[1:], v.value)
		}
	}
}

// substring is ${NAME:offset:length}; what is negative counts from the end.
func substring(text, bounds string) string {
	from, size, sized := strings.Cut(bounds, ":")
	offset, err := strconv.Atoi(from)
	if err != nil {
		return text
	}
	if offset < 0 {
		offset = max(0, len(text)+offset)
	}
	text = text[min(offset, len(text)):]
	if !sized {
		return text
	}
	length, err := strconv.Atoi(size)
	switch {
	case err != nil:
		return text
	case length < 0:
		return text[:max(0, len(text)+length)]
	}
	return text[:min(length, len(text))]
}
