package pbx

import (
	"strings"
	"time"
)

// asyncCommand is one that a manager has asked for.
type asyncCommand struct{ text, id string }

// asyncPause is how often a channel in AsyncAGI looks for commands.
const asyncPause = 100 * time.Millisecond

// maxCommands is how many commands may wait for a channel.
const maxCommands = 1000

// AsyncCommand adds a command to those that a channel runs by AsyncAGI. The ID comes back with its result.
func (m *Machine) AsyncCommand(name, text, id string) error {
	c, err := m.channel(name)
	if err != nil {
		return err
	}
	if !c.async {
		return ErrNotAsync
	}
	if len(c.commands) >= maxCommands {
		return ErrTooMany
	}
	c.commands = append(c.commands, asyncCommand{text, id})
	return nil
}

// runAsync runs commands of managers until one ends the session, or the channel hangs up.
func (c *channel) runAsync(t *thread, arguments []string) {
	m := c.machine
	c.async = true
	m.begin("AsyncAGIStart", "agi").channel("", c).add("Env", percent(c.environment("async", arguments))).send()
	s := &Script{channel: c}
	for !c.hungUp && !s.over {
		t.wait(m.now.Add(asyncPause), func() bool { return c.hungUp })
		for len(c.commands) > 0 && !c.hungUp && !s.over {
			next := c.commands[0]
			c.commands = c.commands[1:]
			s.runAsync(t, next)
		}
	}
	m.begin("AsyncAGIEnd", "agi").channel("", c).send()
	c.set("AGISTATUS", s.status())
}

func (s *Script) runAsync(t *thread, command asyncCommand) {
	c := s.channel
	s.Send = func(reply string) {
		w := c.machine.begin("AsyncAGIExec", "agi").channel("", c)
		if command.id != "" {
			w.add("CommandID", command.id)
		}
		w.add("Result", percent(reply)).send()
	}
	s.run(t, command.text)
	s.over = strings.EqualFold(strings.TrimSpace(command.text), "ASYNCAGI BREAK")
}

const plainBytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"

// percent writes all but some bytes as %XX.
func percent(text string) string {
	const digits = "0123456789ABCDEF"
	var escaped strings.Builder
	for i := range len(text) {
		if b := text[i]; strings.IndexByte(plainBytes, b) >= 0 {
			escaped.WriteByte(b)
		} else {
			escaped.WriteString("%" + string(digits[b>>4]) + string(digits[b&15]))
		}
	}
	return escaped.String()
}
