package pbxtest

import (
	"time"

	"github.com/asterisk-go/asterisk-go/internal/callcentre"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// CallCentre is a small call centre with people in it, to have something to show or to watch: six phones of agents, 100 to 105, two queues, sales
// and support, and customers who call +12025550100 and the agents' own numbers by the provider "outside". Customers wait, or give up; agents
// answer, decline, let it ring, hold, transfer and park. What they do and when is a function of [Config.Seed]. All numbers are reserved for fiction.
type CallCentre struct {
	// Menu is the URL of a FastAGI script that customers reach first, as agi://127.0.0.1:4573/menu. It sets the variable QUEUE to sales or
	// support; they press 1 or 2. Empty leads all to support.
	Menu string
	// Told is told what people do, in words, with the time since the start. It is called for one line at a time and must not use the PBX; nil is
	// told nothing.
	Told func(at time.Duration, what string)
}

// How the centre's phones and queues behave.
const (
	agentRings   = 25 // seconds that an agent's phone rings, if called directly
	memberRings  = 12 * time.Second
	queueRetry   = time.Second
	queueWrapUp  = 3 * time.Second
	phoneLatency = 100 * time.Millisecond // until a phone says that it rings
)

// Config returns what to give to [New], with whatever else a user of it wants, as Seed and Users.
func (c *CallCentre) Config() (*Config, error) {
	plan, err := callcentre.Dialplan(callcentre.Settings{Menu: c.Menu, Ring: agentRings})
	if err != nil {
		return nil, err
	}
	told := c.Told
	config := &Config{Dialplan: plan, people: func(m *pbx.Machine, seed uint64) { callcentre.Play(m, seed, told) }}
	for _, agent := range callcentre.Agents() {
		config.Phones = append(config.Phones, Phone{ID: agent.Number, Name: agent.Name, Context: "office", CallGroup: "1", PickupGroup: "1", Ring: phoneLatency})
	}
	config.Phones = append(config.Phones, Phone{ID: callcentre.Outside, Context: "trunk", Provider: true, Ring: phoneLatency})
	for _, name := range callcentre.Queues() {
		queue := Queue{Name: name, Strategy: "rrmemory", Timeout: memberRings, Retry: queueRetry, WrapUp: queueWrapUp, FreeOnly: true}
		for _, agent := range callcentre.MembersOf(name) {
			queue.Members = append(queue.Members, Member{Interface: "PJSIP/" + agent.Number, Name: agent.Name})
		}
		config.Queues = append(config.Queues, queue)
	}
	return config, nil
}
