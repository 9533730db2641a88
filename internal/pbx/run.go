package pbx

import (
	"strings"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// applications are those that the dialplan may name, by their names in small letters. They return false once the channel
// has to end.
var applications map[string]func(t *thread, c *channel, data string) bool

func init() {
	applications = map[string]func(t *thread, c *channel, data string) bool{
		"agi": agiApp, "answer": answerApp, "confbridge": confBridgeApp, "parkedcall": parkedCallApp, "pickup": pickupApp, "pickupchan": pickupChanApp,
		"musiconhold": musicApp,
		"dial":        dialApp, "hangup": hangupApp, "noop": noopApp, "queue": queueApp, "set": setApp, "wait": waitApp,
	}
}

// runDialplan runs a channel from where it is to its end.
func (m *Machine) runDialplan(t *thread, c *channel) {
	c.outgoing = false
	for !c.hungUp {
		if c.next != nil {
			c.at, c.next = *c.next, nil
		}
		s := m.plan.find(c.at)
		if s == nil {
			break
		}
		c.application, c.data = s.application, c.expand(s.data)
		c.publish()
		if goesOn := applications[strings.ToLower(s.application)](t, c, c.data); c.taken {
			c.taken = false
			return
		} else if c.next != nil {
			continue
		} else if !goesOn {
			break
		}
		c.at.priority++
	}
	m.endDialplan(c)
}

// endDialplan ends a channel that has run out of dialplan, or has hung up.
func (m *Machine) endDialplan(c *channel) {
	if c.cause == asterisk.CauseUnset {
		c.cause = asterisk.CauseNormalClearing
	}
	c.softHangup(asterisk.CauseNormalClearing)
	c.end()
}

// expand replaces variables in what an application is given.
func (c *channel) expand(text string) string {
	for {
		before, rest, found := strings.Cut(text, "${")
		if !found {
			return text
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return text
		}
		text = before + c.value(name) + after
	}
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
		if v.name == name {
			return v.value, true
		}
	}
	value, ok = c.machine.globals[name]
	return value, ok
}

// set sets a variable of a channel, and tells of it.
func (c *channel) set(name, value string) {
	c.machine.begin("VarSet", "dialplan").told("", c).add("Variable", name).add("Value", escape(value)).send()
	for i := range c.variables {
		if c.variables[i].name == name {
			c.variables[i].value = value
			return
		}
	}
	c.variables = append(c.variables, variable{name, value})
}
