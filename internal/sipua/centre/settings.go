package centre

import "github.com/asterisk-go/asterisk-go/internal/callcentre"

// settings is what the configuration of the server is made of, besides the dialplan.
type settings struct {
	Agents    []callcentre.Agent
	Queues    []string
	Outside   string // address of who calls from outside
	OutsideIP string
	Wrapup    int // seconds after each call of a queue
	QueueRing int // seconds that a phone rings for a queue
}

// MembersOf are the agents who take the calls of a queue.
func (settings) MembersOf(queue string) []callcentre.Agent { return callcentre.MembersOf(queue) }
