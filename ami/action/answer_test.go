package action_test

import (
	"strings"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// answered fails unless the answer of an action is as wanted.
func answered[A comparable](t *testing.T, a action.Asker[A], response string, want A, wantOK bool, events ...event.Event) {
	t.Helper()
	got, ok := a.Answer(transport.ParseFields(response), events)
	if got != want || ok != wantOK {
		t.Errorf("%s.Answer(%q) = %+v, %v, want %+v, %v", a.ActionName(), response, got, ok, want, wantOK)
	}
}

const refusal = "Response: Error\r\nActionID: 1\r\nMessage: Permission denied\r\n"

func TestAnswerOfValues(t *testing.T) {
	for response, want := range map[string]string{
		"Response: Success\r\nVariable: V\r\nValue: a: b\r\n":                           "a: b",
		"Response: Success\r\nVariable: V\r\nValue: \r\n":                               "",
		"Response: Success\r\nVariable: V\r\nValue:   two blanks \r\n":                  "  two blanks ",
		"Response: Success\r\nVariable: V\r\nValue: a\nResponse: Error\r\nValue: b\r\n": "a\nResponse: Error\r\nValue: b",
		"Response: Success\nVariable: V\nValue: a\n":                                    "a",
		"Response: Success\r\nVariable: Value: x\r\nValue: a":                           "a",
		"Value: (null)\r\n": "(null)",
		"Response: Success\r\nVariable: V\r\nValue: ends with a carriage return\r\r\n":              "ends with a carriage return\r",
		"Response: Success\r\nVariable: V\r\nValue: first\r\nActionID: not Asterisk's any more\r\n": "first\r\nActionID: not Asterisk's any more",
	} {
		answered(t, action.Getvar{Variable: "V"}, response, want, true)
	}
	answered(t, action.Getvar{}, refusal, "", false)
	answered(t, action.Getvar{}, "Response: Success\r\n", "", false)

	entry := func(text string) event.Event {
		for ev, err := range event.Read(strings.NewReader("Event: DBGetResponse\r\nFamily: f\r\nKey: k\r\n" + text + "\r\n")) {
			if err != nil {
				t.Fatal(err)
			}
			return ev
		}
		return nil
	}
	const started = "Response: Success\r\nEventList: start\r\nMessage: Result will follow\r\n"
	for text, want := range map[string]string{
		"Val: a: b\r\nActionID: 1\r\n": "a: b",
		"Val: \r\nActionID: 1\r\n":     "",
		"Val: a\r\n":                   "a",
		"Val: a\nVal: b\r\nActionID: 9\r\nc\r\nActionID: 1\r\n": "a\nVal: b\r\nActionID: 9\r\nc",
	} {
		answered(t, action.DBGet{}, started, want, true, event.QueueSummary{}, entry(text))
	}
	answered(t, action.DBGet{}, started, "", false)
	answered(t, action.DBGet{}, started, "", false, event.QueueSummary{})
	answered(t, action.DBGet{}, refusal, "", false, entry("Val: a\r\n"))
}

func TestAnswerOfModuleCheck(t *testing.T) {
	answered(t, action.ModuleCheck{}, "Response: Success\r\nVersion: \r\n", true, true)
	answered(t, action.ModuleCheck{}, "Response: Error\r\nMessage: Module not loaded\r\n", false, true)
	answered(t, action.ModuleCheck{}, refusal, false, false)
}

func TestAnswerOfMailboxes(t *testing.T) {
	answered(t, action.MailboxCount{}, "Response: Success\r\nUrgMessages: 1\r\nNewMessages: 2\r\nOldMessages: 3\r\n", action.MailboxCountAnswer{Urgent: 1, New: 2, Old: 3}, true)
	answered(t, action.MailboxCount{}, "Response: Success\r\nUrgMessages: x\r\nNewMessages: 99999999999999999999\r\n", action.MailboxCountAnswer{}, true)
	answered(t, action.MailboxCount{}, refusal, action.MailboxCountAnswer{}, false)
	for value, want := range map[string]bool{"0": false, "1": true, "7": true, "": false, "x": false, "-1": false} {
		answered(t, action.MailboxStatus{}, "Response: Success\r\nWaiting: "+value+"\r\n", want, true)
	}
	answered(t, action.MailboxStatus{}, refusal, false, false)
}

func TestAnswerOfExtensionState(t *testing.T) {
	answered(t, action.ExtensionState{}, "Response: Success\r\nHint: PJSIP/1&PJSIP/2\r\nStatus: 9\r\nStatusText: InUse&Ringing\r\n",
		action.ExtensionStateAnswer{Hint: "PJSIP/1&PJSIP/2", Status: event.ExtensionInUse | event.ExtensionRinging, StatusText: "InUse&Ringing"}, true)
	answered(t, action.ExtensionState{}, "Response: Success\r\nHint: \r\nStatus: -1\r\nStatusText: Unknown\r\n",
		action.ExtensionStateAnswer{Status: event.ExtensionDeactivated, StatusText: "Unknown"}, true)
	answered(t, action.ExtensionState{}, refusal, action.ExtensionStateAnswer{}, false)
}

func TestAnswerOfCore(t *testing.T) {
	local := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 31, 17, 0, time.Local) }
	answered(t, action.CoreStatus{}, "Response: Success\r\nCoreStartupDate: 2026-11-29\r\nCoreStartupTime: 21:31:17\r\nCoreReloadDate: 2026-11-30\r\nCoreReloadTime: 06:31:17\r\nCoreCurrentCalls: 4\r\nCoreProcessedCalls: 7\r\n",
		action.CoreStatusAnswer{Started: local(29, 21), Reloaded: local(30, 6), CurrentCalls: 4, ProcessedCalls: 7}, true)
	answered(t, action.CoreStatus{}, "Response: Success\r\nCoreStartupDate: yesterday\r\nCoreStartupTime: 21:31:17\r\nCoreReloadDate: 2026-11-30\r\nCoreCurrentCalls: many\r\n", action.CoreStatusAnswer{}, true)
	answered(t, action.CoreStatus{}, refusal, action.CoreStatusAnswer{}, false)

	answered(t, action.CoreSettings{}, "Response: Success\r\nAMIversion: 11.0.0\r\nAsteriskVersion: 22.10.1\r\nSystemName: pbx\r\nCoreMaxCalls: 30\r\nCoreMaxLoadAvg: 2.500000\r\nCoreRunUser: u\r\nCoreRunGroup: g\r\n"+
		"CoreMaxFilehandles: 1024\r\nCoreRealTimeEnabled: Yes\r\nCoreCDRenabled: yes\r\nCoreHTTPenabled: Yes\r\nSoundsSearchCustomDir: Yes\r\n",
		action.CoreSettingsAnswer{Version: asterisk.Version{Major: 22, Minor: 10, Patch: 1, Text: "22.10.1", Protocol: "11.0.0"}, SystemName: "pbx", MaxCalls: 30, MaxLoadAvg: 2.5,
			RunUser: "u", RunGroup: "g", MaxFileHandles: 1024, RealTime: true, CDR: true, HTTP: true, SoundsSearchCustomDir: true}, true)
	answered(t, action.CoreSettings{}, "Response: Success\r\nAsteriskVersion: mine\r\nCoreMaxLoadAvg: 1e999\r\nCoreHTTPenabled: No\r\n",
		action.CoreSettingsAnswer{Version: asterisk.Version{Text: "mine"}}, true)
	answered(t, action.CoreSettings{}, refusal, action.CoreSettingsAnswer{}, false)
}
