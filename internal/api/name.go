package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// prefixes are what the names of all constants of a type begin with. No other
// constant of the package begins so. A type that has constants is in this table.
var prefixes = map[string]string{
	"asterisk.Cause":        "Cause",
	"asterisk.ChannelState": "Channel",
	"asterisk.DeviceState":  "Device",
	"asterisk.DialStatus":   "Dial",

	"event.Doubt":           "Doubt",
	"event.ExtensionState":  "Extension",
	"event.GapReason":       "Gap",
	"event.OriginateReason": "Reason",

	"action.BridgeTone":              "BridgeTone",
	"action.ChallengeAuthType":       "ChallengeAuthType",
	"action.Class":                   "Class",
	"action.ConfigAction":            "Config",
	"action.ControlPlaybackControl":  "ControlPlaybackControl",
	"action.FilterOperation":         "FilterOperation",
	"action.LoadType":                "Load",
	"action.MixMonitorMuteDirection": "MixMonitorMuteDirection",
	"action.MuteAudioDirection":      "MuteAudioDirection",
	"action.PRIDebugSetLevel":        "PRIDebugSetLevel",

	"ami.Leg":           "Leg",
	"live.Direction":    "Direction",
	"live.Kind":         "Kind",
	"live.ParkingEnd":   "ParkingEnd",
	"live.PartName":     "Part",
	"live.ServerState":  "Server",
	"live.Side":         "Side",
	"live.TransferKind": "Transfer",
	"ami.ProgressState": "Progress",
	"ami.Readable":      "Readable",
	"ami.Result":        "Result",

	"message.Code":        "Code",
	"message.Ending":      "Ending",
	"message.Kind":        "Kind",
	"message.MemberState": "Member",
	"message.Name":        "Name",
	"message.Outcome":     "Outcome",
	"message.PartyState":  "Party",
	"message.ServerState": "Server",

	"agi.ConferenceEnd": "Conference",
	"agi.QueueEnd":      "Queue",
	"agi.RecordEnd":     "Record",
	"agi.TDD":           "TDD",

	"asyncagi.Status": "Status",
	"fastagi.State":   "State",
}

// nameFaults returns what breaks a rule of names.
func nameFaults(packages []*types.Package) []error {
	faults := caseFaults(packages)
	known := make(map[string]bool)
	for _, p := range packages {
		faults = append(faults, prefixFaults(p, known)...)
	}
	for name := range prefixes {
		if !known[name] {
			faults = append(faults, fmt.Errorf("the table of prefixes has %s, which has no constants", name))
		}
	}
	return faults
}

// ofTheWire are names of actions that Asterisk spells in its own way. They do not make others do so.
var ofTheWire = []string{"Parkinglots"}

// caseFaults returns the exported names that differ by case alone, in the module.
func caseFaults(packages []*types.Package) (faults []error) {
	spelled := make(map[string][]string)
	for _, p := range packages {
		for _, l := range lines(p) {
			name := l.name[strings.LastIndexByte(l.name, '.')+1:]
			if fold := strings.ToLower(name); !slices.Contains(spelled[fold], name) && !slices.Contains(ofTheWire, name) {
				spelled[fold] = append(spelled[fold], name)
			}
		}
	}
	for _, names := range spelled {
		if len(names) > 1 {
			slices.Sort(names)
			faults = append(faults, fmt.Errorf("%s differ by case alone", strings.Join(names, " and ")))
		}
	}
	return faults
}

// prefixFaults returns the constants of a package that break the rule of
// prefixes, and notes the types that have constants.
func prefixFaults(p *types.Package, known map[string]bool) (faults []error) {
	typeOf := make(map[string]string) // of each constant that has a type of the package
	for _, name := range p.Scope().Names() {
		c, ok := p.Scope().Lookup(name).(*types.Const)
		if !ok || !c.Exported() {
			continue
		}
		if named, ok := c.Type().(*types.Named); ok && named.Obj().Pkg() == p {
			typ := p.Name() + "." + named.Obj().Name()
			if typeOf[name] = typ; prefixes[typ] == "" && !known[typ] {
				faults = append(faults, fmt.Errorf("the table of prefixes lacks %s", typ))
			}
			known[typ] = true
		}
	}
	for name, typ := range typeOf {
		for _, wrong := range []string{typ, owner(name, typeOf)} {
			if prefix := prefixes[wrong]; prefix != "" && beginsWith(name, prefix) != (wrong == typ) {
				faults = append(faults, fmt.Errorf("%s: the constants of %s, and no others, begin with %s", name, wrong, prefix))
			}
		}
	}
	return faults
}

// owner is the type with the longest of the prefixes that a name has: that of
// ConfigAction is longer than that of Config. It is empty when there is none.
func owner(name string, typeOf map[string]string) (longest string) {
	for _, typ := range typeOf {
		if prefix := prefixes[typ]; prefix != "" && beginsWith(name, prefix) && len(prefix) > len(prefixes[longest]) {
			longest = typ
		}
	}
	return longest
}

func beginsWith(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	first, _ := utf8.DecodeRuneInString(rest)
	return ok && (unicode.IsUpper(first) || unicode.IsDigit(first))
}
