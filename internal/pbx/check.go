package pbx

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Check says which names in the dialplan and of queues are nobody's, as far as they are written without variables; nil if all are known.
func (m *Machine) Check() error {
	var wrong []error
	for _, context := range slices.Sorted(maps.Keys(m.plan.contexts)) {
		for _, included := range m.plan.includes[context] {
			if !m.plan.has(included) {
				wrong = append(wrong, fmt.Errorf("the dialplan's context %s includes %s, which is not there", context, included))
			}
		}
		for _, e := range m.plan.contexts[context] {
			for _, s := range e.steps {
				if err := m.checkStep(place{context, e.name, s.priority}, s); err != nil {
					wrong = append(wrong, fmt.Errorf("%s(%s) of %s in the dialplan's context %s: %w", s.application, s.data, e.name, context, err))
				}
			}
		}
	}
	for _, h := range m.plan.hints {
		for _, device := range h.devices {
			if technology, _, _ := strings.Cut(device, "/"); technology == "PJSIP" {
				if err := m.checkDevice(device); err != nil {
					wrong = append(wrong, fmt.Errorf("the hint of %s in the dialplan's context %s: %w", h.exten, h.context, err))
				}
			}
		}
	}
	for _, q := range m.queues {
		for _, who := range q.members {
			err := m.checkDevice(who.interfaceName)
			if err == nil && strings.Contains(who.stateInterface, "/") { // others, as Custom:desk, have a state alone
				err = m.checkDevice(who.stateInterface)
			}
			if err != nil {
				wrong = append(wrong, fmt.Errorf("queue %s: %w", q.config.Name, err))
			}
		}
	}
	return errors.Join(wrong...)
}

// checkStep says what a step names that there is not.
func (m *Machine) checkStep(at place, s step) error {
	first, rest, _ := strings.Cut(s.data, ",")
	switch strings.ToLower(s.application) {
	case "dial":
		return m.checkTargets(first)
	case "queue":
		return m.checkQueue(first)
	case "pausequeuemember", "unpausequeuemember":
		member, _, _ := strings.Cut(rest, ",")
		if first == "" {
			return m.checkDevice(member)
		}
		return errors.Join(m.checkQueue(first), m.checkDevice(member))
	case "goto":
		return m.checkJump(at, s.data)
	case "gotoif":
		_, branches, _ := strings.Cut(s.data, "?")
		there, elsewhere, _ := strings.Cut(branches, ":")
		return errors.Join(m.checkJump(at, there), m.checkJump(at, elsewhere))
	}
	return nil
}

func (m *Machine) checkTargets(targets string) error {
	for target := range strings.SplitSeq(targets, "&") {
		if err := m.checkDevice(target); err != nil {
			return err
		}
	}
	return nil
}

// checkDevice says why nobody can be called as a device, or nil. What has variables may be anybody.
func (m *Machine) checkDevice(name string) error {
	technology, rest, _ := strings.Cut(name, "/")
	_, endpoint := cutEndpoint(rest)
	switch {
	case strings.Contains(technology+endpoint, "${"), technology == "PJSIP" && m.phones[endpoint] != nil:
		return nil
	case technology != "Local":
		return fmt.Errorf("%w: %s", ErrNoDevice, name)
	case strings.Contains(rest, "${"):
		return nil
	}
	number, _, _ := strings.Cut(rest, "/")
	exten, context, found := strings.Cut(number, "@")
	if !found {
		context = "default"
	}
	if m.plan.find(place{context, exten, 1}) == nil {
		return fmt.Errorf("%w: %s in %s", ErrNoExtension, exten, context)
	}
	return nil
}

func (m *Machine) checkQueue(name string) error {
	if strings.Contains(name, "${") {
		return nil
	}
	_, err := m.queueOf(name)
	return err
}

// checkJump says that a jump leads nowhere. From a pattern, and with variables, that is not known.
func (m *Machine) checkJump(from place, to string) error {
	if to == "" || strings.Contains(to, "${") {
		return nil
	}
	if _, ok := m.plan.labels(from, to); !ok {
		return fmt.Errorf("%w: %s", ErrNoExtension, to)
	}
	return nil
}

// labels is target for a step that may stand in a pattern, which is found by its own name.
func (d *dialplan) labels(from place, to string) (place, bool) {
	if strings.Contains(to, ",") || !strings.HasPrefix(from.exten, "_") {
		return d.target(from, to)
	}
	for _, e := range d.contexts[from.context] {
		if e.name != from.exten {
			continue
		}
		for _, s := range e.steps {
			if s.label == to || fmt.Sprint(s.priority) == to {
				return from, true
			}
		}
	}
	return from, false
}
