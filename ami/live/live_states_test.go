package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
)

// states is what another connection lists of devices, hints and agents, a line each: of the parts that the model has, and all that
// events must keep true.
func (w watched) states(ctx context.Context) (lines []string, err error) {
	for _, list := range []struct {
		part  live.PartName
		lines func() ([]string, error)
	}{
		{live.PartDevices, func() ([]string, error) {
			return listLines(ctx, w.other, action.DeviceStateList{}, func(e event.DeviceStateChange) string {
				if strings.HasPrefix(e.Device, "Snoop/") {
					return "" // only the list of 16 tells of these
				}
				d := live.Device{Name: e.Device, State: e.State}
				return d.String()
			})
		}},
		{live.PartExtensions, func() ([]string, error) {
			return listLines(ctx, w.other, action.ExtensionStateList{}, func(e event.ExtensionStatus) string {
				return "extension " + extensionLine(e.Exten+"@"+e.Context, e.Hint, e.Status, e.StatusText)
			})
		}},
		{live.PartAgents, func() ([]string, error) {
			return listLines(ctx, w.other, action.Agents{}, func(e event.Agents) string {
				return "agent " + agentLine(e.Agent, e.Status, e.Channel, e.UniqueID)
			})
		}},
	} {
		if !w.has(list.part) {
			continue
		}
		more, err := list.lines()
		if err != nil {
			return nil, err
		}
		lines = append(lines, more...)
	}
	return lines, nil
}

// shownStates is the same by the model.
func (w watched) shownStates(v *live.View) (lines []string) {
	for d := range v.Devices() {
		if !strings.HasPrefix(d.Name, "Snoop/") {
			lines = append(lines, d.String())
		}
	}
	for x := range v.Extensions() {
		lines = append(lines, "extension "+extensionLine(x.Exten+"@"+x.Context, x.Hint, x.Status, x.StatusText))
	}
	for a := range v.Agents() {
		lines = append(lines, "agent "+agentLine(a.Agent, a.Status, a.Channel, a.UniqueID))
	}
	return lines
}

// has reports whether the model has a part.
func (w watched) has(name live.PartName) bool {
	return slices.ContainsFunc(w.model.Parts(), func(p live.Part) bool { return p.Name == name && !p.Absent })
}

// listLines is a line of each item of a list, unless that is empty. Asterisk refuses some of those that have none.
func listLines[T event.Event](ctx context.Context, session ami.Session, list action.Lister[T], line func(T) string) (lines []string, err error) {
	all, err := ami.List(ctx, session, list)
	if refused := (*ami.Error)(nil); errors.As(err, &refused) {
		return nil, nil
	}
	for _, item := range all {
		if text := line(item); text != "" {
			lines = append(lines, text)
		}
	}
	return lines, err
}

// around is something that devices, hints and agents hear of.
func (s *storm) around() action.Action {
	switch s.random.IntN(6) {
	case 0:
		return action.Originate{Channel: "Local/answer@outcome/n", Context: "storm-app", Exten: "agent-" + s.pick(stormAgents...), Priority: 1, Async: true}
	case 1:
		return action.Originate{Channel: "Local/answer@outcome/n", Context: "storm-app", Exten: "caller-" + s.pick(s.idle()...), Priority: 1, Async: true}
	case 2:
		return action.AgentLogoff{Agent: s.pick(stormAgents...), Soft: s.random.IntN(4) > 0}
	case 3:
		return action.ExtensionState{Context: "storm-app", Exten: s.pick("41", "42", "43")} // which makes a hint of that of the pattern
	}
	state := s.pick("NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD", "UNKNOWN")
	return action.Setvar{Variable: "DEVICE_STATE(Custom:" + s.pick("a", "b", "c") + ")", Value: state}
}

// serve has an agent of its own log in, and talk to a caller: a Local channel is an agent's for 5 s before Asterisk gives it calls.
func (s *storm) serve() {
	s.t.Helper()
	const id = "1005"
	if a, ok := s.model.View().Agent(id); !ok || a.Status != "AGENT_LOGGEDOFF" {
		return // Asterisk has kept the channel of the storm before
	}
	changes := s.model.Subscribe(nil)
	defer changes.Close()
	for _, step := range []struct{ exten, status string }{{"agent-" + id, "AGENT_IDLE"}, {"patient", "AGENT_ONCALL"}} {
		s.do(action.Originate{Channel: "Local/answer@outcome/n", Context: "storm-app", Exten: step.exten, Priority: 1, Async: true})
		becomes(s.t, changes, step.status, func(c live.Changed[live.Agent]) bool { return c.After.Agent == id && c.After.Status == step.status })
	}
}

// idle is the agents who wait for a caller; all if none does.
func (s *storm) idle() (ids []string) {
	for a := range s.model.View().Agents() {
		if a.Status == "AGENT_IDLE" {
			ids = append(ids, a.Agent)
		}
	}
	if slices.Sort(ids); ids == nil {
		return stormAgents
	}
	return ids
}

// haveCalls wants a Call of each channel, unless an agent waits on it, or it was dialled from there, or made to transfer an agent who was left
// alone. One whose agent has logged off has none while its end is to come; all others have one at once.
func (s *storm) haveCalls() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience/3) // calls end by themselves after a minute
	defer cancel()
	changes := s.model.Subscribe(nil)
	defer changes.Close()
	for lacking := s.lackCalls(); len(lacking) > 0; lacking = s.lackCalls() {
		if _, err := changes.Next(ctx); err != nil {
			s.t.Errorf("%v: these have no call:\n%s", err, strings.Join(lacking, "\n"))
			return
		}
	}
}

func (s *storm) lackCalls() (channels []string) {
	view := s.model.View()
	byName := make(map[string]*live.Channel)
	for c := range view.Channels() {
		byName[c.Name] = c
	}
	sessions := make(map[string]bool) // Uniqueids
	for before := -1; before < len(sessions); {
		before = len(sessions)
		for _, c := range byName {
			half := event.OtherHalf(c.Name)
			other := byName[half]
			if c.Agent != "" || sessions[c.DialledBy] || half != "" && other == nil || other != nil && sessions[other.UniqueID] || transfers(view, c, sessions) {
				sessions[c.UniqueID] = true
			}
		}
	}
	for _, c := range byName {
		if c.CallID == "" && !sessions[c.UniqueID] {
			bridge, _ := view.Bridge(c.BridgeID)
			channels = append(channels, fmt.Sprint(whole(c), " in ", bridge))
		}
	}
	return channels
}

// transfers reports whether a channel runs nothing, and is in a bridge with such channels alone.
func transfers(view *live.View, c *live.Channel, with map[string]bool) bool {
	bridge, ok := view.Bridge(c.BridgeID)
	return ok && c.Application == "" && len(bridge.Channels) > 1 &&
		!slices.ContainsFunc(bridge.Channels, func(id string) bool { return id != c.UniqueID && !with[id] })
}

// stormAgents are those of stormPlan, but for one that serve has.
var stormAgents = []string{"1001", "1002", "1003", "1004"}
