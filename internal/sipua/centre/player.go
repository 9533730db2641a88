package centre

import (
	"context"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/callcentre"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// player is an agent who decides by chance.
type player struct {
	*play
	callcentre.Agent
	phone *sipua.Phone

	drawing sync.Mutex // guards draw
	draw    *callcentre.Draw
}

// own is what the player decides one call by: calls are on goroutines of their own.
func (a *player) own() *callcentre.Draw {
	a.drawing.Lock()
	defer a.drawing.Unlock()
	return a.draw.Split()
}

// takes is what an agent does about a call that comes.
func (a *player) takes(ctx context.Context, i *sipua.Incoming) {
	draw := a.own()
	if i.Ring() != nil {
		return
	}
	a.tell("%s's phone rings", a.Name)
	patience := draw.Seconds(3, 8)
	ignores, declines := draw.Chance(8), draw.Chance(8)
	if ignores {
		patience = time.Hour
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-i.Gone():
		a.tell("%s's phone stops to ring", a.Name)
		return
	case <-ctx.Done():
		return
	case <-i.Asked():
	case <-timer.C:
		if declines {
			a.tell("%s declines", a.Name)
			_ = i.Refuse(486, "Busy Here") // the caller may be gone
			return
		}
	}
	call, err := i.Accept()
	if err != nil {
		return
	}
	a.tell("%s answers", a.Name)
	a.talks(ctx, call, draw)
}

// talks is an agent's part of a call that was answered. Users of the page may end it at any time.
func (a *player) talks(ctx context.Context, call *sipua.Call, draw *callcentre.Draw) {
	if !a.lasts(ctx, call, draw.Seconds(6, 15)) {
		return
	}
	if draw.Chance(30) {
		a.tell("%s puts the caller on hold", a.Name)
		if call.Hold(ctx) != nil || !a.lasts(ctx, call, draw.Seconds(5, 10)) || call.Resume(ctx) != nil {
			return
		}
		a.tell("%s is back", a.Name)
	}
	switch {
	case draw.Chance(12):
		to := a.colleague(draw)
		a.tell("%s sends the caller to %s", a.Name, to.Name)
		if call.Refer(ctx, to.Number) == nil {
			return
		}
	case draw.Chance(12):
		if a.consults(ctx, call, draw) {
			return
		}
	case draw.Chance(8):
		if a.parks(ctx, call, draw) {
			return
		}
	}
	if a.lasts(ctx, call, draw.Seconds(6, 25)) && bye(ctx, call) {
		a.tell("%s hangs up", a.Name)
	}
}

// lasts waits, and is false if the call or ctx ends meanwhile; the call has ended then.
func (a *player) lasts(ctx context.Context, call *sipua.Call, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-call.Ended():
	case <-ctx.Done():
		bye(ctx, call)
	}
	return false
}

// colleague draws another agent.
func (a *player) colleague(draw *callcentre.Draw) callcentre.Agent {
	for {
		if other := callcentre.Agents()[draw.IntN(6)]; other.Number != a.Number {
			return other
		}
	}
}

// consults asks a colleague, and connects both if the colleague answers.
func (a *player) consults(ctx context.Context, call *sipua.Call, draw *callcentre.Draw) bool {
	to := a.colleague(draw)
	a.tell("%s asks %s", a.Name, to.Name)
	if call.Hold(ctx) != nil {
		return false
	}
	brief, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	second, err := a.phone.Dial(brief, to.Number)
	if err != nil {
		return call.Resume(ctx) != nil
	}
	if !a.lasts(ctx, second, draw.Seconds(3, 6)) {
		return call.Resume(ctx) != nil
	}
	if call.ReferTo(ctx, second) != nil {
		bye(ctx, second)
		return false
	}
	a.tell("%s connects the caller with %s", a.Name, to.Name)
	return true
}

// parks parks the caller, for a colleague to fetch.
func (a *player) parks(ctx context.Context, call *sipua.Call, draw *callcentre.Draw) bool {
	a.parking.Lock()
	defer a.parking.Unlock()
	if call.Refer(ctx, "700") != nil {
		return false
	}
	to := a.colleague(draw)
	a.tell("%s parks the caller, and tells %s", a.Name, to.Name)
	if !wait(ctx, draw.Seconds(4, 10)) {
		return true
	}
	phone := a.centre.phones[to.Number]
	brief, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	fetched, err := phone.Dial(brief, "701")
	if err != nil {
		return true // somebody was faster, or the caller has hung up
	}
	a.tell("%s fetches the caller", to.Name)
	if a.lasts(ctx, fetched, draw.Seconds(8, 20)) {
		bye(ctx, fetched)
	}
	return true
}

// isCalled is what a customer does whom an agent calls.
func (a *player) isCalled(ctx context.Context, i *sipua.Incoming) {
	draw := a.own()
	if i.Ring() != nil {
		return
	}
	timer := time.NewTimer(draw.Seconds(3, 6))
	defer timer.Stop()
	select {
	case <-i.Gone():
		return
	case <-ctx.Done():
		return
	case <-timer.C:
	}
	if draw.Chance(15) {
		_ = i.Refuse(486, "Busy Here") // the caller may be gone
		return
	}
	call, err := i.Accept()
	if err != nil {
		return
	}
	a.tell("%s answers", i.To)
	if a.lasts(ctx, call, draw.Seconds(15, 40)) {
		bye(ctx, call)
	}
}
