package pbx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// parkingLot is where calls wait that are parked, as the lot default of res_parking.conf of Asterisk's examples: its places can be dialled
// in the context parkedcalls.
type parkingLot struct {
	*bridge
	parked []*parkedCall // by their places
}

const (
	lotName         = "default"
	lotContext      = "parkedcalls"
	firstPlace      = 701
	lastPlace       = 720
	parkTime        = 45 * time.Second
	comebackTime    = "30" // for which its parker rings whose time is over
	comebackContext = "park-dial"
	announceTime    = 2 * time.Second // for which the parker hears the number of the place
)

// parkedCall is a call that waits there.
type parkedCall struct {
	*channel
	lot     *parkingLot
	place   int
	parker  string // whom to call once the time is over, as PJSIP/101
	since   time.Time
	until   time.Time
	timeout *alarm
}

// Park is a call that a manager parks.
type Park struct {
	Channel, TimeoutChannel string
	Timeout                 time.Duration // zero is 45 s
	Place                   int           // zero is the first that is free
}

// Park parks a call, and returns its place. Whom it talks to ends.
func (m *Machine) Park(p Park) (place int, err error) {
	c, err := m.channel(p.Channel)
	if err != nil {
		return 0, err
	}
	parker := deviceOf(c.name)
	if p.TimeoutChannel != "" {
		if _, err := m.channel(p.TimeoutChannel); err != nil {
			return 0, err
		}
		if parker = deviceOf(p.TimeoutChannel); c.bridge.peer(c) != nil && p.TimeoutChannel == c.bridge.peer(c).name {
			c.set("BLINDTRANSFER", p.TimeoutChannel) // the first of two times
		}
	}
	return c.park(parker, p)
}

// park parks a call. If whom it talks to has it parked, that one hears where.
func (c *channel) park(parker string, p Park) (place int, err error) {
	m, b := c.machine, c.bridge
	switch {
	case c.hungUp || c.joins != nil || b == nil && c.outgoing && c.state != asterisk.ChannelUp:
		return 0, ErrNotAnswered
	case b == nil || b.kind == parkingBridge:
		return c.parkAnywhere(parker, p)
	case b.kind != basicBridge || b.consults || b.dissolved:
		return 0, ErrNotTalking
	}
	lot := m.parking()
	if place = lot.free(p.Place); place == 0 {
		return 0, ErrLotFull
	}
	other := b.peer(c)
	if other != nil && deviceOf(other.name) == parker {
		c.set("BLINDTRANSFER", other.name)
	} else {
		m.finishTransfer(other, 0)
		other = nil
	}
	b.move(c)
	lot.take(c, place, parker, orDefault(p.Timeout, m.config.ParkTime))
	m.finishTransfer(other, announceTime)
	return place, nil
}

// finishTransfer ends the channel that has sent another one away, once it has heard where.
func (m *Machine) finishTransfer(c *channel, after time.Duration) {
	if c != nil {
		m.after(after, func() {
			if c.bridge != nil && len(c.bridge.channels) == 1 {
				c.sendAway()
			}
		})
	}
}

// parking returns the parking lot, which begins with its first call.
func (m *Machine) parking() *parkingLot {
	if m.lot == nil {
		m.lot = &parkingLot{bridge: m.newBridge(parkingBridge, "holding_bridge", "Parking", lotName)}
	}
	return m.lot
}

// free is a place that is free, or zero. A place that is wanted and taken is not.
func (lot *parkingLot) free(wanted int) int {
	if wanted != 0 && wanted >= firstPlace && wanted <= lastPlace && lot.at(wanted) == nil {
		return wanted
	}
	for place := firstPlace; place <= lastPlace; place++ {
		if lot.at(place) == nil {
			return place
		}
	}
	return 0
}

// at is who waits at a place, or nil.
func (lot *parkingLot) at(place int) *parkedCall {
	for _, p := range lot.parked {
		if p.place == place {
			return p
		}
	}
	return nil
}

func (lot *parkingLot) take(c *channel, place int, parker string, timeout time.Duration) {
	m := lot.machine
	p := &parkedCall{channel: c, lot: lot, place: place, parker: parker, since: m.now, until: m.now.Add(timeout)}
	lot.parked = append(lot.parked, p)
	slices.SortFunc(lot.parked, func(a, b *parkedCall) int { return a.place - b.place })
	c.parked = p
	p.describe("ParkedCall").send()
	m.deviceChanged(p.device())
	lot.enter(c)
	p.record()
	c.clearPeer()
	c.startMusic()
	p.timeout = m.after(timeout, p.comeBack)
}

func (p *parkedCall) device() string { return "park:" + strconv.Itoa(p.place) + "@" + lotContext }

// describe begins an event of a call that is parked.
func (p *parkedCall) describe(event string) *writing {
	return p.lines(p.machine.begin(event, "call").told("Parkee", p.channel))
}

func (p *parkedCall) lines(w *writing) *writing {
	now := p.machine.now
	return w.add("ParkerDialString", p.parker).add("Parkinglot", lotName).number("ParkingSpace", p.place).
		number("ParkingTimeout", int(p.until.Unix()-now.Unix())).number("ParkingDuration", int(now.Unix()-p.since.Unix()))
}

// remove takes a call from its place, before its channel leaves the bridge.
func (p *parkedCall) remove() {
	p.machine.cancel(p.timeout)
	p.lot.parked = slices.DeleteFunc(p.lot.parked, func(other *parkedCall) bool { return other == p })
	p.channel.parked = nil
	p.stopMusic()
	p.machine.deviceChanged(p.device())
}

// deviceOf is the device of a channel's name: PJSIP/101 of PJSIP/101-0000002a.
func deviceOf(name string) string {
	if at := strings.LastIndex(name, "-"); at > 0 {
		return name[:at]
	}
	return name
}

// comeBack has a call that waited too long call its parker.
func (p *parkedCall) comeBack() {
	c, m := p.channel, p.machine
	flat := strings.ReplaceAll(p.parker, "/", "_")
	c.set("PARKING_SPACE", strconv.Itoa(p.place))
	if m.rules.parkingSlot {
		c.set("PARKINGSLOT", strconv.Itoa(p.place))
	}
	for _, v := range []variable{{"PARKEDLOT", lotName}, {"PARKER", p.parker}, {"PARKER_FLAT", flat}, {"BRIDGE_FEATURES", ""}} {
		c.set(v.name, v.value)
	}
	p.remove()
	at := place{comebackContext, flat, 1}
	m.plan.replace(at, "Dial", p.parker+","+comebackTime)
	p.lines(m.begin("ParkedCallTimeOut", "call").as("Parkee", c, c.snapshotAt(at))).send()
	c.bridge.moveTo(c, at)
}

// parkedCallApp is ParkedCall(lot,701).
func parkedCallApp(t *thread, c *channel, data string) bool {
	_, text, _ := strings.Cut(data, ",")
	number, _ := strconv.Atoi(text)
	c.answer()
	p := c.machine.parking().at(number)
	if p == nil {
		return false
	}
	p.retrieve(c)
	c.stay(t)
	return c.next != nil
}

// retrieve connects a call with who fetches it.
func (p *parkedCall) retrieve(c *channel) {
	b := p.machine.newBridge(basicBridge, "simple_bridge", "", "")
	p.remove()
	p.lines(p.machine.begin("UnParkedCall", "call").told("Parkee", p.channel).told("Retriever", c)).send()
	p.lot.move(p.channel)
	b.enter(p.channel)
	b.enter(c)
	p.connect(c.caller)
	c.connect(p.caller)
}

// record begins the record of a call that waits.
func (p *parkedCall) record() {
	r := p.beginRecord()
	r.stage, r.bridge, r.locked = recordParked, p.lot.bridge, true
	r.application, r.data = "Park", fmt.Sprintf("%s:%d", lotName, p.place)
}
