package pbx

// clearTimes empties the variables of how long a caller waits and talks.
func (caller *queueCaller) clearTimes() {
	if !caller.machine.rules.queueTimes {
		return
	}
	for _, name := range []string{"ANSWEREDTIME", "DIALEDTIME", "QUEUEWAIT"} {
		caller.set(name, "")
		caller.set(name+"_MS", "")
	}
}

// setUnanswered sets them for a caller that nobody has answered.
func (caller *queueCaller) setUnanswered() {
	if caller.machine.rules.queueTimes {
		caller.setTime("QUEUEWAIT", caller.machine.now.Sub(caller.joined))
		caller.setTime("DIALEDTIME", caller.machine.now.Sub(caller.began))
		caller.setTime("ANSWEREDTIME", 0)
	}
}

// setTalked sets them for a caller that has talked.
func (caller *queueCaller) setTalked() {
	if caller.machine.rules.queueTimes && caller.next == nil {
		caller.setTime("ANSWEREDTIME", caller.machine.now.Sub(caller.up))
		caller.setTime("DIALEDTIME", caller.machine.now.Sub(caller.began))
	}
}
