package agitest

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/agipeer"
)

// Status is the variable AGISTATUS as the dialplan sees it, once [Call.Wait] has
// returned:
//
//   - FAILURE if the program has ended the session with a failure, after a
//     hangup, too; or if Asterisk has answered -1 to a STREAM FILE, CONTROL
//     STREAM FILE, GET OPTION, RECORD FILE or GOSUB of a living channel,
//     whatever the handler has returned
//   - HANGUP if the channel has hung up in the session: by [Call.Hangup],
//     [Call.HangupSilently] or [Call.Close], or by a HANGUP of its own that has
//     succeeded
//   - SUCCESS otherwise, also for a program that has died, and on a channel that
//     was dead when the session began
//
// While the session lasts it is "".
func (c *Call) Status() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// conclude sets the status, when the program has ended the session.
func (c *Call) conclude(failed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case failed:
		c.status = "FAILURE"
	case c.shut, c.dead && !c.config.Dead:
		c.status = "HANGUP"
	case c.broken:
		c.status = "FAILURE"
	default:
		c.status = "SUCCESS"
	}
}

// judge notes what a reply means for AGISTATUS, before it is sent: the program
// may end the session at once. A channel is dead before it is told so.
func (c *Call) judge(command *Command, reply string) {
	failed := agipeer.Commands[command.Name].Fails && strings.HasPrefix(reply, "200 result=-1")
	hungUp := command.Name == "HANGUP" && !c.elsewhere(command, 0) && strings.HasPrefix(reply, "200 result=1")
	c.mu.Lock()
	defer c.mu.Unlock()
	if failed && (c.config.Dead || !c.dead) {
		c.broken = true
	}
	c.dead = c.dead || hungUp
}
