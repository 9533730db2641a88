package live_test

import (
	"context"
	"errors"
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
