package live

import "time"

// PartAgents is the agents of app_agent_pool.
const PartAgents PartName = "agents"

// Agent is an agent of agents.conf. Members of queues that are no agents of that kind are in the queues. It is a picture of one moment:
// do not write to it. https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Agents/
type Agent struct {
	Agent  string // ID, its key
	Name   string `json:",omitempty"` // full name; only a list tells
	Status string // AGENT_LOGGEDOFF, AGENT_IDLE or AGENT_ONCALL

	// The rest is empty while the agent is logged off.
	UniqueID     string    `json:",omitempty"` // of the channel on which the agent waits and talks
	Channel      string    `json:",omitempty"` // its name
	LoggedInTime time.Time `json:",omitzero"`
	CallStarted  time.Time `json:",omitzero"` // zero while there is no call
	// TalkingToChan is the name of the channel that the agent talks to. Only a list tells, so it is empty for a call that has begun since.
	TalkingToChan string `json:",omitempty"`
}

// What an agent does.
const (
	agentLoggedOff = "AGENT_LOGGEDOFF"
	agentIdle      = "AGENT_IDLE"
	agentOnCall    = "AGENT_ONCALL"
)

// String is the agent in one line.
func (a *Agent) String() string {
	l := newLine("agent", a.Agent)
	l.add("Name", a.Name)
	l.add("Status", a.Status)
	l.add("Channel", a.Channel)
	return l.String()
}

func (a *Agent) objectName() string        { return "agent" }
func (a *Agent) subscribedBy() objectKey   { return objectKey{"agent", a.Agent} }
func (a *Agent) changed(by *change) Change { return changed(a, by) }
