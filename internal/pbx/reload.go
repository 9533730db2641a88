package pbx

import (
	"slices"
	"strings"
)

// reloadable are the modules of what a machine has, of which only the queues can be configured anew.
var reloadable = []string{"app_confbridge", "app_queue", "features", "pbx_config", "res_parking"}

// What Reload tells of a module.
const (
	reloaded   = 0
	noSuchPart = 2
)

// Reload has a module read its configuration again; an empty name is all of them. An event tells of it, whether or not there is such a module.
func (m *Machine) Reload(module string) error {
	known := slices.Contains(reloadable, strings.TrimSuffix(module, ".so"))
	name, status := module, noSuchPart
	if module == "" {
		name = "All"
	}
	if known || module == "" {
		status = reloaded
		if module == "" || strings.HasPrefix(module, "app_queue") {
			m.loadQueues(false)
		}
	}
	m.begin("Reload", "system").add("Module", name).number("Status", status).send()
	if status != reloaded {
		return ErrNoModule
	}
	return nil
}

// QueueReload has the queues read their configuration again. No event tells of it, but for the states of devices that are new.
func (m *Machine) QueueReload() { m.loadQueues(true) }

// ConfigureQueues sets which queues there are from the next reload on.
func (m *Machine) ConfigureQueues(queues []QueueConfig) error {
	trial := &Machine{plan: m.plan, phones: m.phones, config: m.config, custom: m.custom, devices: make(map[string]string), untold: make(map[string]bool)}
	for _, config := range queues {
		if err := trial.addQueue(config); err != nil {
			return err
		}
	}
	m.configured = []QueueConfig{}
	for _, q := range trial.queues {
		m.configured = append(m.configured, q.config)
	}
	return nil
}

// loadQueues makes the queues what they are configured to be. Those that are gone end with the last who waits in them.
func (m *Machine) loadQueues(tells bool) {
	if m.configured == nil {
		return
	}
	for _, q := range m.queues {
		q.dead = !slices.ContainsFunc(m.configured, func(config QueueConfig) bool { return config.Name == q.config.Name })
		q.bury()
	}
	for _, config := range m.configured {
		q := m.queue(config.Name)
		if q == nil {
			q = &queue{machine: m, served: -1}
			m.queues = append(m.queues, q)
		}
		q.configure(config, tells)
	}
	m.configured = nil
}

// configure has a queue be as configured. Members that were added by others stay.
func (q *queue) configure(config QueueConfig, tells bool) {
	q.config = config
	q.members = slices.DeleteFunc(q.members, func(who *member) bool {
		return who.membership == "static" && !slices.ContainsFunc(config.Members, func(m MemberConfig) bool { return m.Interface == who.interfaceName })
	})
	for _, m := range config.Members {
		who := q.member(m.Interface)
		if who == nil {
			who = q.add(m, "static")
			if tells {
				q.machine.deviceChanged(who.pauseDevice())
				q.machine.deviceChanged(q.device() + "_avail")
			}
			continue
		}
		who.penalty = m.Penalty
		if m.Name != "" {
			who.name = m.Name
		}
	}
	for _, caller := range q.callers {
		caller.wake()
	}
}

// bury ends a queue that is configured no more, once nobody waits in it.
func (q *queue) bury() {
	if q.dead && len(q.callers) == 0 {
		q.machine.queues = slices.DeleteFunc(slices.Clone(q.machine.queues), func(other *queue) bool { return other == q })
	}
}
