package action

import (
	"strconv"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// CoreStatusAnswer is the answer to [CoreStatus]. A value that can't be read is
// zero. Asterisk writes its times without a zone, so they are read as times of this
// program's zone, [time.Local].
type CoreStatusAnswer struct {
	Started        time.Time // CoreStartupDate and CoreStartupTime: when Asterisk was started
	Reloaded       time.Time // CoreReloadDate and CoreReloadTime: when it last read its configuration
	CurrentCalls   int       // CoreCurrentCalls: the channels that there are
	ProcessedCalls int       // CoreProcessedCalls: the calls since the start; zero from 16, which does not tell
}

// Answer reads the answer, for ami.Ask.
func (CoreStatus) Answer(response transport.Fields, _ []event.Event) (answer CoreStatusAnswer, ok bool) {
	if refused(response) {
		return answer, false
	}
	return CoreStatusAnswer{
		Started:        dateTime(response.Get("CoreStartupDate"), response.Get("CoreStartupTime")),
		Reloaded:       dateTime(response.Get("CoreReloadDate"), response.Get("CoreReloadTime")),
		CurrentCalls:   number(response.Get("CoreCurrentCalls")),
		ProcessedCalls: number(response.Get("CoreProcessedCalls")),
	}, true
}

// CoreSettingsAnswer is the answer to [CoreSettings]. A value that can't be read is
// zero, and a limit of zero means none.
type CoreSettingsAnswer struct {
	Version               asterisk.Version // AsteriskVersion, and AMIversion as Protocol
	SystemName            string           // SystemName: systemname= of asterisk.conf
	MaxCalls              int              // CoreMaxCalls: how many calls may be up at once
	MaxLoadAvg            float64          // CoreMaxLoadAvg: the load from which on new calls are refused
	RunUser               string           // CoreRunUser: runuser= of asterisk.conf
	RunGroup              string           // CoreRunGroup: rungroup= of asterisk.conf
	MaxFileHandles        int              // CoreMaxFilehandles: maxfiles= of asterisk.conf
	RealTime              bool             // CoreRealTimeEnabled: configuration may come from a database
	CDR                   bool             // CoreCDRenabled: call detail records are made
	HTTP                  bool             // CoreHTTPenabled: the HTTP server runs
	SoundsSearchCustomDir bool             // SoundsSearchCustomDir: sounds are looked for in custom/ first; not told by 16
}

// Answer reads the answer, for ami.Ask.
func (CoreSettings) Answer(response transport.Fields, _ []event.Event) (answer CoreSettingsAnswer, ok bool) {
	if refused(response) {
		return answer, false
	}
	version := asterisk.ParseVersion(response.Get("AsteriskVersion"))
	version.Protocol = response.Get("AMIversion")
	load, err := strconv.ParseFloat(response.Get("CoreMaxLoadAvg"), 64)
	if err != nil {
		load = 0
	}
	return CoreSettingsAnswer{
		Version:               version,
		SystemName:            response.Get("SystemName"),
		MaxCalls:              number(response.Get("CoreMaxCalls")),
		MaxLoadAvg:            load,
		RunUser:               response.Get("CoreRunUser"),
		RunGroup:              response.Get("CoreRunGroup"),
		MaxFileHandles:        number(response.Get("CoreMaxFilehandles")),
		RealTime:              yes(response.Get("CoreRealTimeEnabled")),
		CDR:                   yes(response.Get("CoreCDRenabled")),
		HTTP:                  yes(response.Get("CoreHTTPenabled")),
		SoundsSearchCustomDir: yes(response.Get("SoundsSearchCustomDir")),
	}, true
}
