package asterisk

// DialStatus is what became of an attempt to reach somebody: the channel
// variable DIALSTATUS, and the field DialStatus of the event DialEnd.
// https://docs.asterisk.org/Latest_API/API_Documentation/Dialplan_Applications/Dial/
type DialStatus string

// The outcomes of a dial. A phone that declines the call (SIP 603) gives
// DialUnavailable with CauseCallRejected; if another phone rang as well, it
// gives DialNoAnswer with that cause.
const (
	DialAnswer      DialStatus = "ANSWER"
	DialBusy        DialStatus = "BUSY"
	DialNoAnswer    DialStatus = "NOANSWER"
	DialCancel      DialStatus = "CANCEL" // the caller hung up first
	DialCongestion  DialStatus = "CONGESTION"
	DialUnavailable DialStatus = "CHANUNAVAIL" // not registered, no such device, or refused: see the cause
	DialDontCall    DialStatus = "DONTCALL"    // the called party chose so in the menu of the options p and P
	DialTorture     DialStatus = "TORTURE"     // as above
	DialInvalid     DialStatus = "INVALIDARGS"
)
