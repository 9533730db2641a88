package callcentre

import "slices"

// Agent is somebody with a phone, PJSIP/Number.
type Agent struct {
	Number, Name string
	Direct       string   // the agent's own number for calls from outside
	Queues       []string // whose member the agent is; none for a supervisor
}

// Agents are all of them, with the phones 100 to 105. The numbers are reserved for fiction, here and below.
func Agents() []Agent {
	return []Agent{
		{"100", "Frida Sommer", "+12025550110", nil},
		{"101", "Ann Lindqvist", "+12025550111", []string{"sales", "support"}},
		{"102", "Ben Carter", "+12025550112", []string{"sales", "support"}},
		{"103", "Chloe Martin", "+12025550113", []string{"sales"}},
		{"104", "Dario Rossi", "+12025550114", []string{"support"}},
		{"105", "Ela Kaya", "+12025550115", []string{"support"}},
	}
}

// MainNumber is what customers call: the menu, and the queues after it.
const MainNumber = "+12025550100"

// Customer is somebody outside.
type Customer struct{ Number, Name string }

// String is what others see of a customer.
func (c Customer) String() string {
	if c.Name == "" {
		return c.Number
	}
	return c.Name
}

// Customers are those who call, and can be called. The page of the demo knows the first ones.
func Customers() []Customer {
	return []Customer{
		{"+12025550143", "GRACE OKAFOR"},
		{"+442079460018", "A HART"},
		{"+447700900142", ""},
		{"+493023125042", "Weber Sanitaer"},
		{"+491713920017", ""},
		{"+33199001234", "ATELIER FONTAINE"},
		{"+12025550187", "WIRELESS CALLER"}, // and of these it knows none
		{"+442079460731", ""},
		{"+447700900555", "R Bello"},
	}
}

// Queues are those that customers reach.
func Queues() []string { return []string{"sales", "support"} }

// MembersOf are the agents who take the calls of a queue.
func MembersOf(queue string) (members []Agent) {
	for _, a := range Agents() {
		if slices.Contains(a.Queues, queue) {
			members = append(members, a)
		}
	}
	return members
}
