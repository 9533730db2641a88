package main

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/asterisk-go/asterisk-go/event"
)

// line is an event as one line: when, what, about which channel, and the facts that matter. Nothing that a caller or a
// phone put into the event can control the terminal.
func line(ev event.Event) string {
	subject, facts := describe(ev)
	line := fmt.Sprintf("%s %-18s %s", ev.Received().Format("15:04:05.000"), ev.EventName(), subject)
	if facts != "" {
		line += "  " + facts
	}
	return clean(strings.TrimRight(line, " "))
}

// clean replaces what is not printable.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, text)
}

func describe(ev event.Event) (subject, facts string) {
	switch e := ev.(type) {
	case event.Connected:
		return e.Address, fmt.Sprintf("connection %d", e.Epoch())
	case event.Gap:
		return "", gap(e)
	case event.Synced:
		if e.Err != nil {
			return "", "snapshot incomplete: " + e.Err.Error()
		}
		return "", "snapshot complete"
	case event.Newchannel:
		return e.Channel, e.ChannelState.String() + to(e.Exten, e.Context)
	case event.Newstate:
		return e.Channel, e.ChannelState.String()
	case event.NewCallerID:
		return e.Channel, strings.TrimSpace(e.CallerIDName + " " + number(e.CallerIDNum))
	case event.Rename:
		return e.Channel, "is now " + e.NewName
	case event.VarSet:
		return e.Channel, e.Variable + "=" + e.Value
	case event.DialBegin:
		return e.Channel, "calls " + e.Dest.Channel
	case event.DialEnd:
		return e.Channel, e.Dest.Channel + ": " + string(e.DialStatus)
	case event.Hangup:
		return e.Channel, e.Cause.String()
	case event.OriginateResponse:
		return e.Channel, e.Response + ", " + e.Reason.String()
	case event.CoreShowChannel:
		return e.Channel, e.ChannelState.String() + to(e.Exten, e.Context)
	}
	return other(ev)
}

func gap(e event.Gap) string {
	switch {
	case e.Missed >= 0:
		return fmt.Sprintf("%d events are missing here (%s)", e.Missed, e.Reason)
	case e.Err != nil:
		return fmt.Sprintf("events are missing here (%s: %v)", e.Reason, e.Err)
	}
	return fmt.Sprintf("events are missing here (%s)", e.Reason)
}

func to(exten, context string) string {
	if exten == "" {
		return ""
	}
	return ", for " + exten + "@" + context
}

func number(n string) string {
	if n == "" {
		return ""
	}
	return "<" + n + ">"
}

// most is how many fields of an event stand in its line that has no line of its own here.
const most = 4

// other shows the first fields of an event that are its own: not how it came, nor the state of its channel.
func other(ev event.Event) (subject, facts string) {
	var own []string
	for key, value := range ev.Fields().All() {
		switch {
		case key == "Channel":
			subject = value
		case value == "" || key == "Event" || common(key):
		case len(own) < most:
			own = append(own, key+"="+value)
		}
	}
	return subject, strings.Join(own, " ")
}

func common(key string) bool {
	switch key {
	case "Privilege", "Timestamp", "SystemName", "SequenceNumber", "ChannelState", "ChannelStateDesc", "CallerIDNum",
		"CallerIDName", "ConnectedLineNum", "ConnectedLineName", "Language", "AccountCode", "Context", "Exten",
		"Priority", "Uniqueid", "Linkedid", "Tenantid":
		return true
	}
	return false
}
