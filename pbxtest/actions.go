package pbxtest

import (
	"errors"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/manager"
)

// handler answers an action under the PBX's mutex. If that takes time, it returns what is closed once it has answered.
type handler func(s *session, a manager.Action) (wait <-chan struct{})

// handlers are the actions that there are, by their names in small letters. What is not here is refused as Asterisk refuses an action
// whose module is not loaded.
var handlers map[string]handler

func init() {
	handlers = map[string]handler{
		"challenge": challenge, "login": login, "logoff": logoff, "ping": ping, "events": events, "filter": filter,
		"listcommands": listCommands, "coresettings": coreSettings, "corestatus": coreStatus, "modulecheck": moduleCheck, "userevent": userEvent,
		"coreshowchannels": coreShowChannels, "status": status, "devicestatelist": deviceStateList, "extensionstatelist": extensionStateList,
		"bridgelist": bridgeList, "bridgeinfo": bridgeInfo, "parkedcalls": parkedCalls, "parkinglots": parkingLots,
		"getconfig": getConfig, "reload": reload, "queuereload": queueReload, "queuememberringinuse": queueRingInUse, "queuechangeprioritycaller": queuePriority,
		"queuestatus": queueStatus, "queueadd": queueAdd, "queueremove": queueRemove, "queuepause": queuePause, "queuepenalty": queuePenalty,
		"confbridgelistrooms": conferences, "confbridgelist": participants, "confbridgekick": kick,
		"confbridgemute": mute(true), "confbridgeunmute": mute(false), "confbridgelock": lock(true), "confbridgeunlock": lock(false),
		"confbridgestartrecord": record(true), "confbridgestoprecord": record(false),
		"bridge": bridge, "playdtmf": playDTMF, "cancelatxfer": cancelAttended,
		"originate": originate, "hangup": hangup, "redirect": redirect, "blindtransfer": blindTransfer, "park": park,
		"atxfer": attendedTransfer, "pjsipnotify": pjsipNotify,
		"getvar": getVariable, "setvar": setVariable, "agi": asyncCommand,
	}
}

// refusal is what Asterisk says of an error of the machine.
type refusal struct {
	of      error
	message string
}

// outcome answers an action: with a message if there is no error, and else with what Asterisk says of that error.
func (s *session) outcome(a manager.Action, err error, message string, refusals ...refusal) <-chan struct{} {
	if err == nil {
		s.succeed(a, "Message", message)
		return nil
	}
	for _, r := range refusals {
		if errors.Is(err, r.of) {
			s.fail(a, r.message)
			return nil
		}
	}
	s.fail(a, err.Error())
	return nil
}

// lacks refuses an action that has nothing in a field, and reports whether it did.
func (s *session) lacks(a manager.Action, key, message string) bool {
	if a.Get(key) != "" {
		return false
	}
	s.fail(a, message)
	return true
}

// later has an action answered after a time; events wait until then, too.
func (s *session) later(d time.Duration, answer func()) <-chan struct{} {
	done := s.wait()
	s.pbx.machine.After(d, func() {
		answer()
		s.goOn(done)
	})
	return done
}

// wait has events wait until the action that runs has its answer.
func (s *session) wait() chan struct{} {
	s.waiting = true
	return make(chan struct{})
}

// goOn sends the events that have waited.
func (s *session) goOn(done chan struct{}) {
	s.waiting = false
	s.releaseHeld()
	close(done)
}
