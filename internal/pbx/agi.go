package pbx

import (
	"strconv"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/agipeer"
)

// Script is a program that a channel runs by AGI, from the machine's side. The owner writes what Send is given to the program, and
// tells of its lines and its end.
type Script struct {
	channel *channel
	line    string
	fresh   bool // there is a line
	over    bool // the program has ended the session
	dead    bool // the channel has hung up, and the program was told
	failed  bool
	broken  bool // a command has failed so that AGISTATUS is a failure
	number  int  // of commands

	// Send gives a text to the program, and Close ends the session. Neither may wait.
	Send  func(text string)
	Close func()
	// Next asks for the next line, once there was an answer to one; nil does not.
	Next func()
}

// Line is the next command of the program. Another one comes after Next.
func (s *Script) Line(text string) {
	s.line, s.fresh = text, true
	s.channel.wake()
}

// End tells that the program has ended the session.
func (s *Script) End() {
	s.over = true
	s.channel.wake()
}

// Refused tells that there is no program at the URL.
func (s *Script) Refused() {
	s.failed = true
	s.End()
}

// agiApp is AGI(agi://host/path,argument,...) and AGI(agi:async,argument,...).
func agiApp(t *thread, c *channel, data string) bool {
	m := c.machine
	arguments := strings.Split(data, ",")
	url := arguments[0]
	if strings.HasPrefix(url, "agi:async") {
		c.runAsync(t, arguments[1:])
		return !c.hungUp
	}
	if m.config.Script == nil || !strings.HasPrefix(url, "agi://") {
		c.set("AGISTATUS", "NOTFOUND")
		return !c.hungUp
	}
	s := &Script{channel: c, dead: c.hungUp}
	if err := m.config.Script(url, s); err != nil {
		c.set("AGISTATUS", "FAILURE")
		return !c.hungUp
	}
	s.Send(c.environment(url, arguments[1:]))
	s.serve(t)
	c.set("AGISTATUS", s.status())
	return !c.hungUp
}

// serve answers commands until the program ends the session, or the PBX closes.
func (s *Script) serve(t *thread) {
	for {
		t.wait(time.Time{}, func() bool { return s.fresh || s.over || s.channel.hungUp && !s.dead || s.channel.machine.closed })
		switch {
		case s.fresh:
			s.fresh = false
			if agipeer.IsFailure(s.line) {
				s.failed = true
				s.finish()
				return
			}
			s.run(t, s.line)
			if s.Next != nil {
				s.Next()
			}
		case s.over, s.channel.machine.closed:
			s.finish()
			return
		default:
			s.dead = true
			s.Send("HANGUP\n")
		}
	}
}

func (s *Script) finish() {
	s.Send("HANGUP\n")
	s.Close()
}

func (s *Script) status() string {
	switch {
	case s.failed:
		return "FAILURE"
	case s.channel.hungUp:
		return "HANGUP"
	case s.broken:
		return "FAILURE"
	}
	return "SUCCESS"
}

// environment is what a program is told first.
func (c *channel) environment(url string, arguments []string) string {
	var text strings.Builder
	line := func(key, value string) { text.WriteString("agi_" + key + ": " + value + "\n") }
	if strings.HasPrefix(url, "agi://") {
		line("network", "yes")
	}
	if _, script, ok := strings.Cut(strings.TrimPrefix(url, "agi://"), "/"); ok && script != "" {
		line("network_script", script)
	}
	line("request", url)
	line("channel", c.name)
	line("language", "en")
	line("type", "PJSIP")
	line("uniqueid", c.uniqueID)
	line("version", c.machine.config.Version.String())
	line("callerid", orWord(c.caller.number, "unknown"))
	line("calleridname", orWord(c.caller.name, "unknown"))
	line("callingpres", "0")
	line("callingani2", "0")
	line("callington", "0")
	line("callingtns", "0")
	line("dnid", orWord(c.dialled, "unknown"))
	line("rdnis", "unknown")
	line("context", c.at.context)
	line("extension", c.at.exten)
	line("priority", strconv.Itoa(c.at.priority))
	line("enhanced", "0.0")
	line("accountcode", c.account)
	line("threadid", strconv.Itoa(140_000_000_000_000+c.machine.made))
	for i, argument := range arguments {
		line("arg_"+strconv.Itoa(i+1), argument)
	}
	text.WriteString("\n")
	return text.String()
}

func orWord(text, word string) string {
	if text == "" {
		return word
	}
	return text
}

// run answers one command, and tells of it.
func (s *Script) run(t *thread, line string) {
	c, m := s.channel, s.channel.machine
	name, arguments := agipeer.CutName(agipeer.Tokens(line))
	known, ok := agipeer.Commands[name]
	s.number++
	id := strconv.Itoa(s.number)
	m.begin("AGIExecStart", "agi").channel("", c).add("CommandId", id).add("Command", line).send()
	var reply string
	switch {
	case !ok:
		reply = "510 Invalid or unknown command"
	case s.dead && !known.Dead:
		reply = "511 Command Not Permitted on a dead channel or intercept routine"
	default:
		reply = "200 result=" + s.answer(t, name, arguments)
		s.broken = s.broken || known.Fails && strings.HasPrefix(reply, "200 result=-1") && !s.dead
	}
	code, result, _ := strings.Cut(reply, " ")
	m.begin("AGIExecEnd", "agi").channel("", c).add("CommandId", id).add("Command", line).add("ResultCode", code).
		add("Result", resultWord(result)).send()
	s.Send(reply + "\n")
}

func resultWord(reply string) string {
	if strings.HasPrefix(reply, "result=") {
		return "Success"
	}
	return "Failure"
}

// answer does what a command says, and returns what stands behind "200 result=".
func (s *Script) answer(t *thread, name string, arguments []string) string {
	c := s.channel
	argument := func(i int) string {
		if i < len(arguments) {
			return arguments[i]
		}
		return ""
	}
	switch name {
	case "ANSWER":
		c.answer()
	case "HANGUP":
		c.hungUp, c.cause = true, asterisk.CauseNormalClearing
		return "1"
	case "CHANNEL STATUS":
		return strconv.Itoa(int(c.state))
	case "EXEC":
		return s.execute(t, argument(0), argument(1))
	case "SET VARIABLE":
		c.set(argument(0), argument(1))
	case "GET VARIABLE":
		return found(c.lookup(argument(0)))
	case "GET FULL VARIABLE":
		return "1 (" + c.expand(argument(0)) + ")"
	case "STREAM FILE", "WAIT FOR DIGIT", "GET DATA":
		return s.listen(t, name, arguments)
	}
	return agipeer.Commands[name].Success
}

func found(value string, ok bool) string {
	if !ok {
		return "0"
	}
	return "1 (" + value + ")"
}

// execute runs an application.
func (s *Script) execute(t *thread, application, data string) string {
	run := applicationOf(application)
	if run == nil {
		return "-2"
	}
	t.alone = false // the program goes on after it
	if !run(t, s.channel, data) {
		return "-1"
	}
	return "0"
}
