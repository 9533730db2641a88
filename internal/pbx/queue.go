package pbx

import (
	"fmt"
	"slices"
	"time"
)

// QueueConfig is a queue of callers, as in queues.conf.
type QueueConfig struct {
	Name     string
	Strategy string        // ringall, which is also what empty means, leastrecent, fewestcalls, random, rrmemory or linear
	Timeout  time.Duration // how long a member rings; zero is 15 s
	Retry    time.Duration // how long until the next ones ring; zero is 5 s
	WrapUp   time.Duration // how long a member is left alone after a call
	MaxLen   int           // how many callers may wait; zero is no limit
	FreeOnly bool          // members that talk don't ring: ringinuse=no
	Context  string        // where a key of one digit leads that a caller presses; empty for nowhere
	Members  []MemberConfig
}

// MemberConfig is who takes the calls of a queue.
type MemberConfig struct {
	Interface      string // as PJSIP/101
	Name           string // empty is the Interface
	StateInterface string // whose device state counts; empty is the Interface
	Penalty        int    // those with the lowest one ring first
}

// queue is callers that wait, and who takes their calls.
type queue struct {
	machine *Machine
	config  QueueConfig
	members []*member
	callers []*queueCaller
	dead    bool // it is configured no more
	served  int  // the place among the members of who rang last, for rrmemory

	holdTime, talkTime   time.Duration // what callers wait and talk about
	completed, abandoned int
}

var strategies = []string{"ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear"}

func (m *Machine) addQueue(config QueueConfig) error {
	if config.Strategy == "" {
		config.Strategy = "ringall"
	}
	config.Timeout, config.Retry = orDefault(config.Timeout, 15*time.Second), orDefault(config.Retry, 5*time.Second)
	switch {
	case config.Name == "":
		return fmt.Errorf("a queue has no name")
	case m.queue(config.Name) != nil:
		return fmt.Errorf("queue %s is there twice", config.Name)
	case !slices.Contains(strategies, config.Strategy):
		return fmt.Errorf("queue %s: there is no strategy %s", config.Name, config.Strategy)
	case config.Context != "" && !m.plan.has(config.Context):
		return fmt.Errorf("queue %s: the dialplan has no context %q", config.Name, config.Context)
	}
	q := &queue{machine: m, config: config, served: -1}
	for _, who := range config.Members {
		if err := m.checkInterface(who.Interface); err != nil {
			return fmt.Errorf("queue %s: %w", config.Name, err)
		}
		q.add(who, "static")
	}
	m.queues = append(m.queues, q)
	m.devices[q.device()], m.devices[q.device()+"_avail"] = q.state(), q.availability()
	m.untold[q.device()] = true
	for _, who := range q.members {
		m.devices[who.pauseDevice()] = busyIf(false)
	}
	return nil
}

func orDefault(d, other time.Duration) time.Duration {
	if d <= 0 {
		return other
	}
	return d
}

// queue returns the queue of a name, or nil.
func (m *Machine) queue(name string) *queue {
	for _, q := range m.queues {
		if q.config.Name == name {
			return q
		}
	}
	return nil
}

func (q *queue) device() string { return "Queue:" + q.config.Name }

// state is the state of a queue as a device.
func (q *queue) state() string {
	if len(q.callers) > 0 {
		return "RINGING"
	}
	return "NOT_INUSE"
}

// availability is the state of the device that tells whether any member may be called.
func (q *queue) availability() string {
	if slices.ContainsFunc(q.members, (*member).available) {
		return "NOT_INUSE"
	}
	return "INUSE"
}

// changed has the queue's devices and its callers looked at.
func (q *queue) changed() {
	q.machine.deviceChanged(q.device())
	q.machine.deviceChanged(q.device() + "_avail")
	for _, caller := range q.callers {
		caller.wake()
	}
}
