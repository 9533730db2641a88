package pbx

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// member takes the calls of a queue.
type member struct {
	queue                           *queue
	name, interfaceName, membership string
	stateInterface                  string
	penalty                         int
	status                          string // of its device
	paused                          bool
	freeOnly                        bool // it does not ring while it talks
	reason                          string
	calls, talks                    int // that were, and that are
	lastCall, lastPause, login      time.Time
	rests                           time.Time // until when it is left alone
}

// add adds a member, of whom nobody has to be told.
func (q *queue) add(config MemberConfig, membership string) *member {
	who := &member{
		queue: q, name: config.Name, interfaceName: config.Interface, stateInterface: config.StateInterface, penalty: config.Penalty,
		membership: membership, freeOnly: q.config.FreeOnly, login: q.machine.now,
	}
	if who.name == "" {
		who.name = who.interfaceName
	}
	if who.stateInterface == "" {
		who.stateInterface = who.interfaceName
	}
	who.status = q.machine.deviceState(who.stateInterface)
	q.members = append(q.members, who)
	return who
}

// checkInterface says why a queue can't call somebody, or nil.
func (m *Machine) checkInterface(name string) error {
	technology, rest, _ := strings.Cut(name, "/")
	switch {
	case technology == "Local" && rest != "":
		return nil
	case technology == "PJSIP" && m.phones[rest] != nil:
		return nil
	}
	return fmt.Errorf("%w: %s", ErrNoDevice, name)
}

func (q *queue) member(interfaceName string) *member {
	at := slices.IndexFunc(q.members, func(who *member) bool { return who.interfaceName == interfaceName })
	if at < 0 {
		return nil
	}
	return q.members[at]
}

// available reports whether a member may be called.
func (who *member) available() bool {
	switch {
	case who.paused, who.status == "UNAVAILABLE", who.status == "INVALID":
		return false
	case who.queue.machine.now.Before(who.rests):
		return false
	}
	return !who.freeOnly || who.status == "NOT_INUSE" || who.status == "UNKNOWN"
}

// deviceTold has members follow the state of their device.
func (m *Machine) deviceTold(device, state string) {
	for _, q := range m.queues {
		for _, who := range q.members {
			if who.stateInterface != device || who.status == state {
				continue
			}
			who.status = state
			who.describe("QueueMemberStatus").send()
			q.changed()
		}
	}
}

// describe begins an event of a member.
func (who *member) describe(event string) *writing {
	return who.lines(who.queue.machine.begin(event, "agent"))
}

func (who *member) lines(w *writing) *writing {
	return w.add("Queue", who.queue.config.Name).add("MemberName", who.name).add("Interface", who.interfaceName).
		add("StateInterface", who.stateInterface).add("Membership", who.membership).number("Penalty", who.penalty).
		number("CallsTaken", who.calls).number("LastCall", seconds64(who.lastCall)).number("LastPause", seconds64(who.lastPause)).
		number("LoginTime", seconds64(who.login)).number("InCall", 0).number("Status", deviceNumber(who.status)).
		number("Paused", number(who.paused)).add("PausedReason", who.reason).number("Ringinuse", number(!who.freeOnly)).
		number("Wrapuptime", 0)
}

// seconds64 is a time as seconds since 1970; zero for none.
func seconds64(t time.Time) int {
	if t.IsZero() {
		return 0
	}
	return int(t.Unix())
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// deviceNumber is the number that events of queues have for the state of a device.
func deviceNumber(state string) int {
	return max(0, slices.Index([]string{"UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD"}, state))
}
