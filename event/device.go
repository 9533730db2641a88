package event

import "github.com/asterisk-go/asterisk-go"

// deviceTexts are the states as lists have them, in the order of the constants.
var deviceTexts = [...]string{"Unknown", "Not in use", "In use", "Busy", "Invalid", "Unavailable", "Ringing", "Ring+Inuse", "On Hold"}

func deviceText(value string) asterisk.DeviceState {
	for i, text := range deviceTexts {
		if text == value {
			return asterisk.DeviceState(i)
		}
	}
	return asterisk.DeviceUnknown
}

func deviceNumber(value string) asterisk.DeviceState {
	if n := number(value); n > 0 && n < len(deviceTexts) {
		return asterisk.DeviceState(n)
	}
	return asterisk.DeviceUnknown
}
