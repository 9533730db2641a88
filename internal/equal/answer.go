package equal

// Answer is an action that pbxtest answers otherwise than both versions, and why.
type Answer struct {
	Action string // as a test sends it
	Why    string
}

// Answers returns all.
func Answers() []Answer {
	return []Answer{
		{"Originate|Channel: PJSIP/100|Application: Nothing", noApplication},
		{"Originate|Channel: Local/wait@outcome|Application: Nothing", noApplication},
		{"ListCommands", "pbxtest lists the actions that it knows, which are fewer"},
		{"Command|Command: core show uptime", "pbxtest has no command line: the action is not there"},
	}
}

const noApplication = "an application that pbxtest does not have is refused; Asterisk calls, and finds out when somebody has answered"
