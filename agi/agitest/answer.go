package agitest

import (
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/agipeer"
)

// answer gives a plausible answer.
func (c *Call) answer(command *Command) {
	kind, known := agipeer.Commands[command.Name]
	switch {
	case !known:
		command.Invalid()
	case c.isDead() && !kind.Dead:
		command.Dead()
	case !c.answerOther(command) && !c.answerValue(command) && !c.answerDigits(command):
		c.answerChannel(command)
	}
}

func (c *Call) isDead() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead
}

// answerOther has the commands that name another channel: there is none.
func (c *Call) answerOther(command *Command) bool {
	at, missing := 0, "-1"
	switch command.Name {
	case "HANGUP", "CHANNEL STATUS":
	case "GET FULL VARIABLE":
		at, missing = 1, "0"
	default:
		return false
	}
	if !c.elsewhere(command, at) {
		return false
	}
	command.Result(missing)
	return true
}

// elsewhere reports whether the argument at that place names another channel.
func (c *Call) elsewhere(command *Command, at int) bool {
	return at < len(command.Arguments) && !strings.EqualFold(command.Argument(at), c.config.channel())
}

// answerValue has what the model keeps.
func (c *Call) answerValue(command *Command) bool {
	m, first, second := c.model, command.Argument(0), command.Argument(1)
	switch command.Name {
	case "SET VARIABLE":
		m.variables[first] = second
		command.Success()
	case "GET VARIABLE":
		command.found(m.variables, first)
	case "GET FULL VARIABLE":
		command.Result("1 (" + expand(first, m.value) + ")")
	case "DATABASE PUT":
		m.database[first+"/"+second] = command.Argument(2)
		command.Success()
	case "DATABASE GET":
		command.found(m.database, first+"/"+second)
	case "DATABASE DEL":
		delete(m.database, first+"/"+second)
		command.Success()
	case "DATABASE DELTREE":
		c.deleteTree(command, strings.TrimSuffix(first+"/"+second, "/")+"/")
	default:
		return false
	}
	return true
}

func (c *Command) found(values map[string]string, key string) {
	if value, ok := values[key]; ok {
		c.Value(value)
		return
	}
	c.Unset()
}

// deleteTree has the result of handle_dbdeltree, which is 0 for success.
func (c *Call) deleteTree(command *Command, prefix string) {
	result := "1"
	for key := range c.model.database {
		if strings.HasPrefix(key+"/", prefix) {
			delete(c.model.database, key)
			result = "0"
		}
	}
	command.Result(result)
}

// answerDigits has the commands that listen to the caller.
func (c *Call) answerDigits(command *Command) bool {
	switch command.Name {
	case "GET DATA":
		most, err := strconv.Atoi(command.Argument(2))
		if err != nil {
			most = 1024
		}
		digits, late := c.model.enter(most)
		if late {
			digits += " (timeout)"
		}
		command.Result(digits)
	case "WAIT FOR DIGIT":
		command.Digit(c.model.press(allDigits))
	case "STREAM FILE", "CONTROL STREAM FILE", "GET OPTION", "SAY ALPHA", "SAY DATE", "SAY DATETIME", "SAY DIGITS",
		"SAY NUMBER", "SAY PHONETIC", "SAY TIME":
		digit := c.model.press(command.Argument(1))
		if digit == "" {
			command.Success()
			return true
		}
		command.Digit(digit)
	default:
		return false
	}
	return true
}

// answerChannel has the channel's own state, and all the rest.
func (c *Call) answerChannel(command *Command) {
	switch command.Name {
	case "ANSWER":
		c.model.answered = true
		command.Success()
	case "CHANNEL STATUS":
		if c.model.answered {
			command.Result("6")
			return
		}
		command.Result("4")
	case "HANGUP":
		command.Success()
		c.Hangup()
	default:
		command.Success()
	}
}
