package amitest

import (
	"fmt"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/manager"
)

const (
	amiVersion      = "11.0.0"
	asteriskVersion = "22.10.1"
)

func defaultHandlers() map[string]func(*Peer, Action) {
	return map[string]func(*Peer, Action){
		"challenge":    (*Peer).answerChallenge,
		"login":        (*Peer).answerLogin,
		"logoff":       (*Peer).answerLogoff,
		"ping":         (*Peer).answerPing,
		"events":       (*Peer).answerEvents,
		"filter":       (*Peer).answerFilter,
		"coresettings": (*Peer).answerCoreSettings,
		"corestatus":   (*Peer).answerCoreStatus,
		"modulecheck":  (*Peer).answerModuleCheck,
	}
}

func handlerKey(name string) string { return strings.ToLower(name) }

func (p *Peer) answerLogoff(a Action) {
	p.Reply(a, "Response", "Goodbye", "Message", "Thanks for all the fish.")
	p.Cut()
}

func (p *Peer) answerPing(a Action) {
	now := time.Now()
	stamp := fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000)
	p.Success(a, "Ping", "Pong", "Timestamp", stamp)
}

func (p *Peer) answerEvents(a Action) {
	switch mask, ok := manager.ParseMask(a.Get("EventMask")); {
	case !ok:
		p.Error(a, "Invalid event mask")
	case mask != 0:
		p.Success(a, "Events", "On")
	default:
		p.Success(a, "Events", "Off")
	}
}

func (p *Peer) answerFilter(a Action) {
	if !strings.EqualFold(a.Get("Operation"), "Add") {
		p.Error(a, "Unknown operation")
		return
	}
	p.Success(a, "Message", "Success")
}

func (p *Peer) answerCoreSettings(a Action) {
	p.Success(a,
		"AMIversion", amiVersion,
		"AsteriskVersion", asteriskVersion,
		"SystemName", "",
		"CoreMaxCalls", "0",
		"CoreMaxLoadAvg", "0.000000",
		"CoreRunUser", "",
		"CoreRunGroup", "",
		"CoreMaxFilehandles", "0",
		"CoreRealTimeEnabled", "No",
		"CoreCDRenabled", "Yes",
		"CoreHTTPenabled", "Yes",
		"SoundsSearchCustomDir", "No",
	)
}

func (p *Peer) answerCoreStatus(a Action) {
	p.Success(a,
		"CoreStartupDate", "2026-01-05",
		"CoreStartupTime", "06:30:00",
		"CoreReloadDate", "2026-01-05",
		"CoreReloadTime", "06:30:00",
		"CoreCurrentCalls", "0",
		"CoreProcessedCalls", "0",
	)
}

func (p *Peer) answerModuleCheck(a Action) {
	p.Success(a, "Version", "")
}
