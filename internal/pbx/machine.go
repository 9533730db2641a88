package pbx

import (
	"cmp"
	"container/heap"
	"math/rand/v2"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// Config is what a Machine is made of.
type Config struct {
	Version     asterisk.Version // whose differences it has: 16 or 22
	Seed        uint64           // of what is random: the IDs of bridges
	Now         time.Time        // when it starts
	Phones      []PhoneConfig
	Queues      []QueueConfig
	MaxChannels int // more are refused; zero is 100,000
	// MaxVariables is how many bytes the variables of all channels and the global ones may have together; what does not fit is not set. Zero is 64 MiB.
	MaxVariables int
	ParkTime     time.Duration // how long a call may be parked; zero is 45 s
	Dialplan     string        // as in extensions.conf
	Event        func(Event)
	// Script begins a program of AGI that is reached at a URL: it sets Send and Close. Nil has none.
	Script func(url string, s *Script) error
}

// Event is what has happened, as the manager would write it.
type Event struct {
	Name  string
	Class string // the first of its Privilege
	Text  []byte // with the empty line that ends it; valid until Config.Event returns
}

// Machine is a PBX. One goroutine at a time may use it.
type Machine struct {
	config *Config
	rules  rules
	plan   *dialplan
	random *rand.Rand

	now     time.Time
	ready   []*thread
	alarms  alarms
	alarmed int // alarms so far
	threads int // that have not ended
	closed  bool

	made        int // channels so far, for Uniqueids
	named       int // channels of PJSIP so far, for their names
	channels    roster[*channel]
	byName      map[string]*channel
	bridges     roster[*bridge]
	phones      map[string]*Phone
	queues      []*queue
	conferences []*conference
	lot         *parkingLot
	locals      int               // Local channels so far
	unreal      int               // channels that are no phone's so far, for their names
	devices     map[string]string // states, as they were told last
	untold      map[string]bool   // devices whose state was never told, which lists leave out
	unplanned   int               // how many of these the Config does not have
	asked       []string          // devices whose state may have changed
	isAsked     map[string]bool
	globals     map[string]string // variables of the dialplan
	variables   int               // bytes of all variables
	custom      map[string]string // states of devices that nothing stands behind, as Custom:desk
	configured  []QueueConfig     // queues of the next reload; nil for those that there are
	begun       int               // calls that phones have begun so far
	people      []*thread         // who use the phones
	assigned    assigned
	text        []byte // of the event that is being written
	writing     writing
}

// New returns a Machine on which nothing has happened yet. An error names what of the Config is wrong.
func New(config *Config) (*Machine, error) {
	plan, err := parseDialplan(config.Dialplan)
	if err != nil {
		return nil, err
	}
	c := *config
	c.MaxChannels = cmp.Or(c.MaxChannels, 100_000)
	c.MaxVariables = cmp.Or(c.MaxVariables, 64<<20)
	c.ParkTime = orDefault(c.ParkTime, parkTime)
	m := &Machine{
		config: &c, rules: rulesOf(config.Version), plan: plan, now: config.Now,
		random: rand.New(rand.NewPCG(config.Seed, 0)), phones: make(map[string]*Phone), byName: make(map[string]*channel), isAsked: make(map[string]bool),
		devices: make(map[string]string), untold: make(map[string]bool), globals: make(map[string]string), custom: make(map[string]string),
	}
	m.plan.addParking()
	for _, phone := range config.Phones {
		if err := m.addPhone(phone); err != nil {
			return nil, err
		}
	}
	for _, queue := range config.Queues {
		if err := m.addQueue(queue); err != nil {
			return nil, err
		}
	}
	m.beginHints()
	return m, nil
}

// Close ends all calls, and with them all threads. No event is told of it. Nothing happens on the machine after it.
func (m *Machine) Close() {
	m.closed = true
	for m.threads > 0 {
		for c := range m.channels.all() {
			c.hungUp, c.next = true, nil
			c.wake()
		}
		for _, t := range m.people {
			m.wake(t)
		}
		m.turns()
	}
	m.alarms = nil
}

// Run does all that is due at a time, and returns when something is due next; zero for never. Time does not go back.
func (m *Machine) Run(now time.Time) (next time.Time) {
	for {
		m.turns()
		if len(m.alarms) == 0 {
			m.now = latest(m.now, now)
			return time.Time{}
		}
		first := m.alarms[0]
		if first.at.After(now) {
			m.now = latest(m.now, now)
			return first.at
		}
		heap.Pop(&m.alarms)
		m.now = latest(m.now, first.at)
		first.do()
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// turns lets threads run until all wait.
func (m *Machine) turns() {
	for len(m.ready) > 0 {
		t := m.ready[0]
		m.ready = m.ready[1:]
		t.ready = false
		t.resume()
	}
}
