package pbxtest

import (
	"time"

	"github.com/asterisk-go/asterisk-go/internal/callcentre"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// CallCentre is a small call centre with people in it, to have something to show or to watch: six phones of agents, 100 to 105, two queues, sales
// and support, and customers who call +12025550100 and the agents' own numbers by the trunk "outside". Customers wait, or give up; agents
// answer, decline, let it ring, hold, transfer and park. What they do and when is a function of Config.Seed. All numbers are reserved for fiction.
// The zero value is a centre without a menu.
type CallCentre struct {
	// Menu is the URL of a FastAGI script that customers reach first, as agi://127.0.0.1:4573/menu. It must set the variable QUEUE to sales or
	// support; customers press 1 or 2. Empty leads all to support.
	Menu string
	// Tell is called with what people do, one line of words at a time, and the time since the start. It must return soon and must not use the PBX,
	// which waits for it. Nil is not called.
	Tell func(at time.Duration, what string)
}

// How the centre's phones and queues behave.
const (
	agentRings   = 25 // seconds that an agent's phone rings, if called directly
	memberRings  = 12 * time.Second
	queueRetry   = time.Second
	queueWrapUp  = 3 * time.Second
	phoneLatency = 100 * time.Millisecond // until a phone says that it rings
)

// Config returns a new Config to give to [New]; set Seed, Users, Version and Dial in it as needed. The error says that Menu can't stand in a dialplan.
func (c *CallCentre) Config() (*Config, error) {
	plan, err := callcentre.Dialplan(callcentre.Settings{Menu: c.Menu, Ring: agentRings})
	if err != nil {
		return nil, err
	}
	tell := c.Tell
	config := &Config{Dialplan: plan, people: func(m *pbx.Machine, seed uint64) { callcentre.Play(m, seed, tell) }}
	for _, agent := range callcentre.Agents() {
		config.Phones = append(config.Phones, Phone{ID: agent.Number, Name: agent.Name, Context: "office", CallGroup: "1", PickupGroup: "1", RingAfter: phoneLatency})
	}
	config.Phones = append(config.Phones, Phone{ID: callcentre.Outside, Context: "trunk", Trunk: true, RingAfter: phoneLatency})
	for _, name := range callcentre.Queues() {
		queue := Queue{Name: name, Strategy: "rrmemory", Timeout: memberRings, Retry: queueRetry, WrapUp: queueWrapUp, DisableRingInUse: true}
		for _, agent := range callcentre.MembersOf(name) {
			queue.Members = append(queue.Members, Member{Interface: "PJSIP/" + agent.Number, Name: agent.Name})
		}
		config.Queues = append(config.Queues, queue)
	}
	return config, nil
}
