package callcentre

import (
	"strconv"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// player is an agent who decides by chance.
type player struct {
	*play
	Agent
	phone *pbx.Phone
	draw  *Draw
}

// takes is what an agent does about a call that rings.
func (a *player) takes(who *pbx.Person, l *pbx.Line, draw *Draw) {
	a.tell(a.Name, "'s phone rings")
	patience := draw.Seconds(3, 8)
	ignores, declines := draw.Chance(8), draw.Chance(8)
	if ignores {
		patience = time.Hour
	}
	switch who.Await(l, patience, func() bool { return l.Ended || l.Answered }); {
	case l.Ended:
		a.tell(a.Name, "'s phone stops to ring")
		return
	case l.Answered: // by a program, for the agent
	case declines:
		a.tell(a.Name, " declines")
		_ = l.Refuse(486) // the caller may be gone
		return
	case l.Answer() != nil:
		return
	}
	a.tell(a.Name, " answers")
	a.talks(who, l, draw)
}

// talks is an agent's part of a call that was answered. Others may end it at any time.
func (a *player) talks(who *pbx.Person, l *pbx.Line, draw *Draw) {
	if !who.Lasts(l, draw.Seconds(6, 15)) {
		return
	}
	if draw.Chance(30) {
		a.tell(a.Name, " puts the caller on hold")
		if l.Hold() != nil || !who.Lasts(l, draw.Seconds(5, 10)) || l.Resume() != nil {
			return
		}
		a.tell(a.Name, " is back")
	}
	switch {
	case draw.Chance(12):
		to := a.colleague(draw)
		a.tell(a.Name, " sends the caller to ", to.Name)
		if l.Refer(to.Number) == nil {
			return
		}
	case draw.Chance(12):
		if a.consults(who, l, draw) {
			return
		}
	case draw.Chance(8):
		if a.parks(who, l, draw) {
			return
		}
	}
	if who.Lasts(l, draw.Seconds(6, 25)) && l.Hangup() == nil {
		a.tell(a.Name, " hangs up")
	}
}

// colleague draws another agent.
func (a *player) colleague(draw *Draw) Agent {
	for {
		if other := Agents()[draw.IntN(6)]; other.Number != a.Number {
			return other
		}
	}
}

// consultTime is how long an agent waits for a colleague's answer.
const consultTime = 15 * time.Second

// consults asks a colleague, and connects both if the colleague answers. It reports whether the agent's part is over.
func (a *player) consults(who *pbx.Person, l *pbx.Line, draw *Draw) bool {
	to := a.colleague(draw)
	a.tell(a.Name, " asks ", to.Name)
	if l.Hold() != nil {
		return false
	}
	second := a.phone.Call(to.Number)
	if second == nil {
		return l.Resume() != nil
	}
	who.Await(second, consultTime, func() bool { return second.Answered || second.Ended || l.Ended })
	if !second.Answered || !who.Lasts(second, draw.Seconds(3, 6)) {
		_ = second.Hangup() // it may have ended
		return l.Resume() != nil
	}
	if l.ReferTo(second) != nil {
		_ = second.Hangup()
		return false
	}
	a.tell(a.Name, " connects the caller with ", to.Name)
	return true
}

// How an agent parks a caller: by keys, as features.conf has them; the phone shows the place a moment later.
const (
	parkKeys = "#72"
	parkWait = time.Second
)

// parks parks the caller, for a colleague to fetch. It reports whether the agent's part is over.
func (a *player) parks(who *pbx.Person, l *pbx.Line, draw *Draw) bool {
	if a.parking {
		return false
	}
	a.parking = true
	defer func() { a.parking = false }()
	if l.Press(parkKeys) != nil || !who.Wait(parkWait) {
		return true
	}
	place := ""
	for _, parked := range a.machine.ParkedCalls() {
		if parked.Parker == "PJSIP/"+a.Number {
			place = strconv.Itoa(parked.Place)
		}
	}
	if place == "" {
		return false
	}
	to := a.colleague(draw)
	a.tell(a.Name, " parks the caller at ", place, ", and tells ", to.Name)
	if !who.Wait(draw.Seconds(4, 10)) {
		return true
	}
	fetched := a.machine.Phone(to.Number).Call(place)
	if fetched == nil {
		return true
	}
	a.tell(to.Name, " fetches the caller")
	if who.Lasts(fetched, draw.Seconds(8, 20)) {
		_ = fetched.Hangup() // it may have ended
	}
	return true
}

// isCalled is what a customer does whom an agent calls.
func (a *player) isCalled(who *pbx.Person, l *pbx.Line, draw *Draw) {
	if who.Await(l, draw.Seconds(3, 6), func() bool { return l.Ended || l.Answered }); l.Ended {
		return
	}
	if draw.Chance(15) {
		_ = l.Refuse(486) // the caller may be gone
		return
	}
	if l.Answer() != nil {
		return
	}
	a.tell(l.Called, " answers")
	if who.Lasts(l, draw.Seconds(15, 40)) {
		_ = l.Hangup() // it may have ended
	}
}
