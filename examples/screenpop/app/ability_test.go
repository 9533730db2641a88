package app

import (
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// able is the report of a login that may run the actions of classes, but for some that the server has not.
func able(classes action.Class, absent ...string) *ami.Report {
	report := &ami.Report{}
	for _, name := range []string{"Atxfer", "BlindTransfer", "Getvar", "Hangup", "MixMonitor", "MixMonitorMute", "Originate", "Park", "PJSIPNotify", "Ping",
		"QueueAdd", "QueuePause", "QueueRemove", "Reload", "StopMixMonitor"} {
		spec, _ := action.Lookup(name)
		if (spec.Class == 0 || spec.Class&classes != 0) && !slices.Contains(absent, name) {
			report.Actions = append(report.Actions, name)
		}
	}
	return report
}

const recommended = action.ClassCall | action.ClassAgent | action.ClassOriginate | action.ClassReporting | action.ClassSystem

// Each right that is lacking is said with what to change, and the buttons go; what the page has no use for is not said.
func TestUnable(t *testing.T) {
	numbers := PBX{Username: "screenpop", Context: "out"}
	for _, tt := range []struct {
		name   string
		pbx    PBX
		dial   []string
		report *ami.Report
		want   []string
	}{
		{"all", numbers, []string{"X."}, able(recommended), nil},
		{"no numbers", PBX{Username: "screenpop"}, nil, able(recommended),
			[]string{"calling numbers: say which numbers users may call, with -dial and -context", "transfers: say which numbers users may call, with -dial and -context"}},
		{"no agent", numbers, []string{"X."}, able(recommended &^ action.ClassAgent),
			[]string{"pausing in queues: add agent to write= of [screenpop] in manager.conf", "logging in to queues, and out: add agent to write= of [screenpop] in manager.conf"}},
		{"no system", numbers, []string{"X."}, able(recommended &^ action.ClassSystem),
			[]string{"recording: add system to write= of [screenpop] in manager.conf"}},
		{"no originate", numbers, []string{"X."}, able(recommended &^ action.ClassOriginate),
			[]string{"calling numbers: add originate to write=", "picking up and retrieving calls: add originate to write="}},
		{"no parking", numbers, []string{"X."}, able(recommended, "Park"),
			[]string{"parking: this Asterisk has no action Park: is the module res_parking loaded?"}},
		{"no answering, unasked", numbers, []string{"X."}, able(recommended, "PJSIPNotify"), nil},
		{"no answering", PBX{Username: "screenpop", Context: "out", CanAnswer: []string{"PJSIP/100"}}, []string{"X."}, able(recommended, "PJSIPNotify"),
			[]string{"answering by the page: this Asterisk has no action PJSIPNotify: is the module res_pjsip_notify loaded?"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := &app{config: Config{PBX: tt.pbx, Dial: tt.dial}}
			_, problems := a.unable(tt.report)
			if !slices.EqualFunc(problems, tt.want, strings.HasPrefix) {
				t.Errorf("problems:\n%s\nwant\n%s", strings.Join(problems, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

// What the login can't do is nobody's right.
func TestNobodyMayWhatTheLoginCant(t *testing.T) {
	a := &app{config: Config{PBX: PBX{Context: "out"}, Dial: []string{"X."}}}
	a.never, _ = a.unable(able(recommended &^ (action.ClassAgent | action.ClassSystem)))
	for _, role := range []string{RoleAgent, RoleSupervisor} {
		rights, err := a.policy(t.Context(), gateway.User{Role: role})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []message.Name{message.NamePause, message.NameLogin, message.NameLogout, message.NameRecord} {
			if slices.Contains(rights.Actions, name) || slices.Contains(rights.Others, name) {
				t.Errorf("%s may %s", role, name)
			}
		}
		if !slices.Contains(rights.Actions, message.NameTransfer) || !slices.Contains(rights.Others, message.NamePickup) {
			t.Errorf("%s may %v and for others %v: transfer and pickup are lacking", role, rights.Actions, rights.Others)
		}
	}
}
