package live

import (
	"maps"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// agents keeps them. An agent is on a call while the channel that logged in is in a basic bridge.
type agents struct {
	*shelf[Agent]
	channels map[event.Channel]string // IDs of those who are logged in, by their channels
}

var agentsDesign = design{
	name: PartAgents,
	keeper: func(limit int) keeper {
		return &agents{newShelf(limit, func(a *Agent) string { return a.Agent }, func(a, b *Agent) bool { return *a == *b }), make(map[event.Channel]string)}
	},
	events: event.Or(event.Of[event.AgentLogin](), event.Of[event.AgentLogoff](), event.Of[event.BridgeEnter](), event.Of[event.BridgeLeave](),
		event.Of[event.Rename](), event.Of[event.Hangup]()),
	class:    action.ClassAgent,
	also:     action.ClassCall,
	alsoLate: "whether an agent is on a call: without read=call no event tells",
	lists:    []action.Action{action.Agents{}},
	needs:    "it needs write=agent, and the module app_agent_pool",
	reload:   modules("app_agent_pool"),
}

func (a *agents) show(v *View) { v.agents = a.picture() }

func (a *agents) take(s *state, ev event.Event) {
	switch e := ev.(type) {
	case event.AgentLogin:
		a.logs(s, e.Agent, &e.ChannelSnapshot)
	case event.AgentLogoff:
		a.logs(s, e.Agent, nil)
	case event.BridgeEnter:
		a.replaces(s, &e)
		a.talks(s, &e.ChannelSnapshot, e.BridgeType == "basic")
	case event.BridgeLeave:
		a.talks(s, &e.ChannelSnapshot, false)
	case event.Hangup:
		a.hangsUp(s, &e)
	case event.Rename:
		of := event.Channel{Name: e.Channel, UniqueID: e.UniqueID}
		if id, ok := a.channels[of]; ok && !s.doubt {
			delete(a.channels, of)
			draft := a.touch(s, id)
			draft.Channel = e.NewName
			a.channels[event.Channel{Name: e.NewName, UniqueID: e.UniqueID}] = id
		}
	case event.Agents:
		s.synthetic = true
		a.lists(s, &e)
	}
}

// logs takes that an agent logs in on a channel, or off.
func (a *agents) logs(s *state, id string, on *event.ChannelSnapshot) {
	if s.doubt || id == "" {
		s.want(PartAgents) // the caller whom the agent was connected to may have written into it
		return
	}
	draft := a.touch(s, id)
	if draft == nil {
		return
	}
	if draft.Agent == "" { // nobody has told of a reload
		s.want(PartAgents)
	}
	a.leaves(draft)
	*draft = Agent{Agent: id, Name: draft.Name, Status: agentLoggedOff}
	if on != nil {
		draft.Status, draft.UniqueID, draft.Channel, draft.LoggedInTime = agentIdle, on.UniqueID, on.Channel, s.at
		a.channels[event.Channel{Name: on.Channel, UniqueID: on.UniqueID}] = id
	}
}

// replaces takes that a channel has the place of an agent's one where agents wait: it is the agent's from then on.
func (a *agents) replaces(s *state, e *event.BridgeEnter) {
	if e.SwapUniqueID == "" || e.BridgeType != agentHold || s.doubt {
		return
	}
	for of, id := range a.channels {
		if of.UniqueID == e.SwapUniqueID {
			delete(a.channels, of)
			draft := a.touch(s, id)
			draft.Channel, draft.UniqueID = e.Channel, e.UniqueID
			a.channels[event.Channel{Name: e.Channel, UniqueID: e.UniqueID}] = id
			return
		}
	}
}

// hangsUp takes that a channel ends. An agent has logged off before that, but Asterisk does not tell of it once it has forgotten what the channel
// was like. What took its place in a masquerade ends as a zombie, which says nothing of the agent.
func (a *agents) hangsUp(s *state, e *event.Hangup) {
	if id, ok := a.channels[event.Channel{Name: e.Channel, UniqueID: e.UniqueID}]; ok && !s.doubt && !strings.HasSuffix(e.Channel, "<ZOMBIE>") {
		a.logs(s, id, nil)
	}
}

// leaves forgets the channel of an agent.
func (a *agents) leaves(was *Agent) {
	delete(a.channels, event.Channel{Name: was.Channel, UniqueID: was.UniqueID})
}

// talks takes that a channel enters a bridge or leaves one, in which it talks to somebody or not. What callers
// write may make such an event doubtful, and then a list tells.
func (a *agents) talks(s *state, c *event.ChannelSnapshot, talking bool) {
	switch {
	case len(a.channels) == 0:
		return
	case s.doubt:
		if a.isChannel(c.Channel) {
			s.want(PartAgents)
		}
		return
	}
	id, ok := a.channels[event.Channel{Name: c.Channel, UniqueID: c.UniqueID}]
	if !ok {
		return
	}
	draft := a.touch(s, id)
	switch {
	case talking && draft.Status != agentOnCall:
		draft.Status, draft.CallStarted, draft.TalkingToChan = agentOnCall, s.at, ""
	case !talking && draft.Status == agentOnCall:
		draft.Status, draft.CallStarted, draft.TalkingToChan = agentIdle, time.Time{}, ""
	}
}

// sweep ends those that lists did not have.
func (a *agents) sweep(s *state, since uint64) {
	a.shelf.sweep(s, since)
	maps.DeleteFunc(a.channels, func(_ event.Channel, id string) bool { return a.entries[id] == nil })
}

func (a *agents) withdraw(s *state) { a.sweep(s, ^uint64(0)) }

// isChannel reports whether an agent has logged in on the channel with a name.
func (a *agents) isChannel(name string) bool {
	for c := range a.channels {
		if c.Name == name {
			return true
		}
	}
	return false
}

// lists takes an item of Agents.
func (a *agents) lists(s *state, e *event.Agents) {
	if s.doubt {
		if a.sees(s, e.Agent) && e.Status != "" && isItem(e) {
			a.touch(s, e.Agent).Status = e.Status // it stands before all that callers write
		}
		return
	}
	draft := a.touch(s, e.Agent)
	if draft == nil {
		return
	}
	a.leaves(draft)
	*draft = Agent{Agent: e.Agent, Name: e.Name, Status: e.Status, UniqueID: e.UniqueID, Channel: e.Channel, LoggedInTime: e.LoggedInTime,
		CallStarted: e.CallStarted, TalkingToChan: e.TalkingToChan}
	if e.UniqueID != "" {
		a.channels[event.Channel{Name: e.Channel, UniqueID: e.UniqueID}] = e.Agent
	}
}
