package asterisk

// ChannelState is how far a channel has come. The names are those of
// Asterisk's include/asterisk/channelstate.h.
type ChannelState int

// The states of a channel.
const (
	ChannelDown ChannelState = iota
	ChannelReserved
	ChannelOffHook
	ChannelDialing // digits are being dialled
	ChannelRing    // the far end is asked to ring
	ChannelRinging // the device rings
	ChannelUp
	ChannelBusy
	ChannelDialingOffHook
	ChannelPreRing
)

var channelStates = [...]string{"Down", "Rsrvd", "OffHook", "Dialing", "Ring", "Ringing", "Up", "Busy", "Dialing Offhook", "Pre-ring"}

// String is the state as Asterisk spells it in ChannelStateDesc. A number that
// is no state is "Unknown".
func (s ChannelState) String() string {
	if s < 0 || int(s) >= len(channelStates) {
		return "Unknown"
	}
	return channelStates[s]
}
