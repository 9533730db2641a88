package agitest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/agipeer"
)

// Command is one command of the program under test. What answers it is called
// once, or not at all.
type Command struct {
	Line      string   // as it came, without its line ending
	Name      string   // "STREAM FILE", in capitals
	Arguments []string // as Asterisk takes them, without quotes

	call *Call
}

func newCommand(line string, call *Call) *Command {
	name, arguments := agipeer.CutName(Tokens(line))
	return &Command{line, name, arguments, call}
}

// Argument returns the i-th argument, counted from 0, or "".
func (c *Command) Argument(i int) string {
	if i < 0 || i >= len(c.Arguments) {
		return ""
	}
	return c.Arguments[i]
}

// Reply answers with lines as they are.
func (c *Command) Reply(lines ...string) {
	if len(lines) > 0 {
		c.call.judge(c, lines[len(lines)-1])
	}
	c.call.Write(strings.Join(lines, "\n") + "\n")
}

// Success answers as Asterisk does when all goes well: the prompt was played to
// its end, the value is empty, nobody pressed a digit.
func (c *Command) Success() { c.Result(agipeer.Commands[c.Name].Success) }

// Result answers "200 result=" and the text: "0042", "-1", "1 (dtmf) endpos=0".
// What Asterisk says before or after that comes with it: a GOSUB that is tried,
// the usage of an EXEC whose application returns 1, which res_agi.c takes for its
// own RESULT_SHOWUSAGE.
func (c *Command) Result(text string) {
	lines := []string{"200 result=" + text}
	switch {
	case c.Name == "GOSUB":
		lines = append([]string{"100 result=0 Trying..."}, lines...)
	case c.Name == "EXEC" && text == "1":
		lines = append(lines, c.usage()...)
	}
	c.Reply(lines...)
}

// Value answers a GET VARIABLE, GET FULL VARIABLE, DATABASE GET or RECEIVE TEXT
// with the text. In the expression of GET FULL VARIABLE it stands in the place
// of each variable.
func (c *Command) Value(text string) {
	if c.Name == "GET FULL VARIABLE" {
		text = expand(c.Argument(0), func(string) string { return text })
	}
	c.Result("1 (" + text + ")")
}

// Unset answers that there is no such value.
func (c *Command) Unset() { c.Result("0") }

// Digit answers a command that one digit stops, such as STREAM FILE or WAIT FOR
// DIGIT, with that digit: "5", "#".
func (c *Command) Digit(digit string) {
	result := "0"
	if digit != "" {
		result = strconv.Itoa(int(digit[0]))
	}
	if slices.Contains([]string{"STREAM FILE", "CONTROL STREAM FILE", "GET OPTION"}, c.Name) {
		result += " endpos=4000"
	}
	c.Result(result)
}

// Fail answers "200 result=-1": it did not work, or the channel has hung up
// meanwhile.
func (c *Command) Fail() { c.Result("-1") }

// Dead answers that the command does not run on a channel that has hung up.
func (c *Command) Dead() {
	c.Reply("511 Command Not Permitted on a dead channel or intercept routine")
}

// Usage answers that the arguments are wrong, with an explanation of several
// lines.
func (c *Command) Usage() { c.Reply(c.usage()...) }

func (c *Command) usage() []string {
	return []string{"520-Invalid command syntax.  Proper usage follows:",
		"Usage: " + c.Name + " <argument>", "", " What it does.", "520 End of proper usage."}
}

// Invalid answers that Asterisk does not know the command.
func (c *Command) Invalid() { c.Reply("510 Invalid or unknown command") }

// is reports whether it is what a test expects: a command, and its arguments
// unless there are none.
func (c *Command) is(command string, arguments []string) bool {
	words := strings.Fields(command)
	tokens := Tokens(c.Line)
	if len(words) == 0 || len(tokens) < len(words) || !strings.EqualFold(strings.Join(tokens[:len(words)], " "), strings.Join(words, " ")) {
		return false
	}
	if len(arguments) == 0 {
		return true
	}
	return slices.Equal(tokens[len(words):], arguments)
}

func describe(command string, arguments []string) string {
	for _, argument := range arguments {
		command += " " + strconv.Quote(argument)
	}
	return command
}
