package pbx

import "strings"

// pauseMemberApp is PauseQueueMember(queue,interface,options,reason), or UnpauseQueueMember.
func pauseMemberApp(paused bool) application {
	return func(_ *thread, c *channel, data string) bool {
		status, done := "UPQMSTATUS", "UNPAUSED"
		if paused {
			status, done = "PQMSTATUS", "PAUSED"
		}
		arguments := append(strings.Split(data, ","), "", "", "")
		if c.machine.QueuePause(arguments[0], arguments[1], paused, arguments[3]) != nil {
			done = "NOTFOUND"
		}
		c.set(status, done)
		return true
	}
}
