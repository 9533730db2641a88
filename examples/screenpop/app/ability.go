package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// ability is something that users do, with the actions of Asterisk that it takes: all of them.
type ability struct {
	words   string
	names   []message.Name
	actions []string
	module  string // which has the actions, if that is not always loaded
}

var abilities = []ability{
	{"calling numbers", []message.Name{message.NameDial}, []string{"Originate", "Getvar"}, ""},
	{"picking up and retrieving calls", []message.Name{message.NamePickup, message.NameRetrieve}, []string{"Originate"}, ""},
	{"hanging up", []message.Name{message.NameHangup}, []string{"Hangup"}, ""},
	{"transfers", []message.Name{message.NameTransfer, message.NameConsult}, []string{"BlindTransfer", "Atxfer", "Getvar"}, ""},
	{"parking", []message.Name{message.NamePark}, []string{"Park"}, "res_parking"},
	{"pausing in queues", []message.Name{message.NamePause}, []string{"QueuePause"}, "app_queue"},
	{"logging in to queues, and out", []message.Name{message.NameLogin, message.NameLogout}, []string{"QueueAdd", "QueueRemove"}, "app_queue"},
	{"recording", []message.Name{message.NameRecord, message.NamePauseRecording}, []string{"MixMonitor", "StopMixMonitor", "MixMonitorMute"}, "app_mixmonitor"},
	{"answering by the page", []message.Name{message.NameAnswer}, []string{"PJSIPNotify"}, "res_pjsip_notify"},
}

// unable returns what users can't do, and says for each why, and what to change.
func (a *app) unable(report *ami.Report) (names []message.Name, problems []string) {
	numbers := a.config.PBX.Context != "" && len(a.config.Dial) > 0
	for _, able := range abilities {
		var why string
		switch first := able.names[0]; {
		case first == message.NameAnswer && len(a.config.PBX.CanAnswer) == 0:
			continue // nobody has asked for it
		case (first == message.NameDial || first == message.NameTransfer) && !numbers:
			why = "say which numbers users may call, with -dial and -context"
		default:
			why = a.lacks(report, able)
		}
		if why != "" {
			names = append(names, able.names...)
			problems = append(problems, able.words+": "+why)
		}
	}
	return names, problems
}

// lacks says what of manager.conf or modules.conf has to change for an ability; nothing if it is there.
func (a *app) lacks(report *ami.Report, able ability) string {
	missing := slices.DeleteFunc(slices.Clone(able.actions), report.May)
	if len(missing) == 0 {
		return ""
	}
	var classes []string
	for _, name := range missing {
		if spec, _ := action.Lookup(name); !mayRun(report, spec.Class) {
			if class := usual(spec.Class); !slices.Contains(classes, class) {
				classes = append(classes, class)
			}
		}
	}
	if len(classes) == 0 { // so the rights are there, and the actions are not
		return fmt.Sprintf("this Asterisk has no action %s: is the module %s loaded?", strings.Join(missing, ", "), able.module)
	}
	return fmt.Sprintf("add %s to write= of [%s] in manager.conf", strings.Join(classes, ","), a.config.PBX.Username)
}

// mayRun reports whether the login has one of the classes: it may run some action that needs no other.
func mayRun(report *ami.Report, classes action.Class) bool {
	return slices.ContainsFunc(report.Actions, func(name string) bool {
		spec, known := action.Lookup(name)
		return known && spec.Class != 0 && spec.Class&^classes == 0
	})
}

// usual is the class to add of those that do.
func usual(classes action.Class) string {
	for _, class := range []action.Class{action.ClassCall, action.ClassReporting} {
		if classes&class != 0 {
			return class.String()
		}
	}
	return classes.Classes()[0].String()
}
