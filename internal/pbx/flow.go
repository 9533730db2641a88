package pbx

import (
	"strconv"
	"strings"
)

// gotoIfApp is GotoIf(condition?there:elsewhere); what is empty goes on with the next step.
func gotoIfApp(_ *thread, c *channel, data string) bool {
	condition, branches, _ := strings.Cut(data, "?")
	there, elsewhere, _ := strings.Cut(branches, ":")
	if !isTrue(strings.TrimSpace(condition)) {
		there = elsewhere
	}
	if there == "" {
		return true
	}
	return c.jump(there)
}

// jump has a channel go on at a step. Where there is none the call ends, as it does in Asterisk.
func (c *channel) jump(to string) bool {
	at, ok := c.machine.plan.target(c.at, to)
	if !ok {
		return false
	}
	c.next = &at
	return true
}

// target is where a jump leads: to a priority or label, of an extension, of a context.
func (d *dialplan) target(from place, to string) (at place, ok bool) {
	parts := strings.Split(to, ",")
	at = from
	switch len(parts) {
	case 1:
	case 2:
		at.exten = parts[0]
	case 3:
		at.context, at.exten = parts[0], parts[1]
	default:
		return at, false
	}
	step := strings.TrimSpace(parts[len(parts)-1])
	if priority, err := strconv.Atoi(step); err == nil {
		at.priority = priority
		return at, d.find(at) != nil
	}
	at.priority = 1
	for range maxSteps {
		s := d.find(at)
		if s == nil {
			return at, false
		}
		if s.label == step {
			return at, true
		}
		at.priority++
	}
	return at, false
}

// maxSteps is how far a label is looked for.
const maxSteps = 1000
