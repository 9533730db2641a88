package event

import "strings"

// Device returns the device that a channel belongs to, given the channel's name:
// "PJSIP/100" of "PJSIP/100-0000002a". DeviceStateChange, queues and hints name it
// alike. Of a Local channel it is "Local/100@default", of either half.
//
// It is empty for a name that tells none: "", "none", a name that Asterisk has cut
// because it was too long, and that of a channel which takes the place of another
// while Asterisk moves that (AsyncGoto/..., Surrogate/...). The marks that
// Asterisk puts on a channel which another has replaced, as <ZOMBIE>, do not
// matter. The caller can choose parts of a Local channel's device: a number that
// was dialled, for one.
func Device(channel string) string {
	channel = withoutMark(channel)
	technology, rest, ok := strings.Cut(channel, "/")
	if !ok || technology == "" || technology == "AsyncGoto" || technology == "Surrogate" {
		return ""
	}
	digits := 1
	switch technology {
	case "AudioSocket":
		return withoutUUID(channel, len(channel)-len(rest))
	case "Local":
		if _, ok := localHalf(channel); !ok {
			return ""
		}
		channel = channel[:len(channel)-len(";1")]
		digits = 8
	case "PJSIP", "SIP":
		digits = 8 // fewer are left of a name that was cut
	}
	dash := strings.LastIndexByte(channel, '-')
	if dash <= len(channel)-len(rest) || !isSerial(channel[dash+1:], digits) {
		return ""
	}
	return channel[:dash]
}

// withoutUUID takes off the UUID that names of chan_audiosocket end in. What is
// before it begins with the technology, and must have more than that.
func withoutUUID(channel string, technology int) string {
	const pattern = "-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	end := len(channel) - len(pattern)
	if end <= technology {
		return ""
	}
	for i := range len(pattern) {
		c := channel[end+i]
		if (pattern[i] == '-') != (c == '-') || c != '-' && !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)) {
			return ""
		}
	}
	return channel[:end]
}

// OtherHalf returns the name of the other half of a Local channel:
// "Local/100@default-00000001;2" of "Local/100@default-00000001;1", and the other
// way round. It is empty for all other channels. That there is such a channel is
// not sure: it may have ended, or been optimised away.
func OtherHalf(channel string) string {
	half, ok := localHalf(channel)
	switch {
	case !ok || !strings.HasPrefix(channel, "Local/"):
		return ""
	case half == '1':
		return channel[:len(channel)-1] + "2"
	}
	return channel[:len(channel)-1] + "1"
}

// localHalf returns which half a name ends in, if it is whole.
func localHalf(channel string) (half byte, ok bool) {
	semicolon := len(channel) - len(";1")
	if semicolon < 0 || channel[semicolon] != ';' {
		return 0, false
	}
	half = channel[semicolon+1]
	return half, half == '1' || half == '2'
}

// withoutMark takes <ZOMBIE> and <MASQ> off a name (main/channel.c,
// channel_do_masquerade).
func withoutMark(channel string) string {
	for {
		plain := strings.TrimSuffix(strings.TrimSuffix(channel, "<ZOMBIE>"), "<MASQ>")
		if plain == channel {
			return channel
		}
		channel = plain
	}
}

// isSerial reports whether text is what makes names of channels different: a
// number, in hexadecimal for most technologies, with at least so many digits.
func isSerial(text string, digits int) bool {
	text = strings.TrimPrefix(text, "0x")
	return len(text) >= digits && strings.Trim(text, "0123456789abcdef") == ""
}
