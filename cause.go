package asterisk

import "strconv"

// Cause is why a channel ended: a cause of ITU-T Q.850, or one of Asterisk's
// own from 0 on. https://docs.asterisk.org/Configuration/Miscellaneous/Hangup-Cause-Mappings/
type Cause int

// The causes that programs branch on most.
const (
	CauseUnset                 Cause = 0
	CauseUnallocated           Cause = 1
	CauseNoRoute               Cause = 3
	CauseNormalClearing        Cause = 16
	CauseUserBusy              Cause = 17
	CauseNoUserResponse        Cause = 18
	CauseNoAnswer              Cause = 19
	CauseSubscriberAbsent      Cause = 20
	CauseCallRejected          Cause = 21
	CauseAnsweredElsewhere     Cause = 26
	CauseDestinationOutOfOrder Cause = 27
	CauseInvalidNumber         Cause = 28
	CauseNormalUnspecified     Cause = 31
	CauseCongestion            Cause = 34
	CauseFailure               Cause = 38
	CauseSwitchCongestion      Cause = 42
	CauseInterworking          Cause = 127
)

// String is the cause in words.
func (c Cause) String() string {
	if text, ok := causes[c]; ok {
		return text
	}
	return "cause " + strconv.Itoa(int(c))
}

// causes holds the wording of Q.850, shortened; never written after start.
var causes = map[Cause]string{
	0:   "not set",
	1:   "unallocated number",
	2:   "no route to transit network",
	3:   "no route to destination",
	5:   "misdialled trunk prefix",
	6:   "channel unacceptable",
	7:   "call awarded and delivered",
	8:   "preemption",
	14:  "number ported",
	16:  "normal clearing",
	17:  "user busy",
	18:  "no user responding",
	19:  "no answer",
	20:  "subscriber absent",
	21:  "call rejected",
	22:  "number changed",
	23:  "redirected to new destination",
	26:  "answered elsewhere",
	27:  "destination out of order",
	28:  "invalid number format",
	29:  "facility rejected",
	30:  "response to status enquiry",
	31:  "normal, unspecified",
	34:  "no circuit available",
	38:  "network out of order",
	41:  "temporary failure",
	42:  "switching equipment congestion",
	43:  "access information discarded",
	44:  "requested channel not available",
	50:  "facility not subscribed",
	52:  "outgoing call barred",
	54:  "incoming call barred",
	57:  "bearer capability not authorised",
	58:  "bearer capability not available",
	65:  "bearer capability not implemented",
	66:  "channel not implemented",
	69:  "facility not implemented",
	81:  "invalid call reference",
	88:  "incompatible destination",
	95:  "invalid message",
	96:  "mandatory information element missing",
	97:  "message type not existing",
	98:  "wrong message",
	99:  "information element not existing",
	100: "invalid information element contents",
	101: "wrong call state",
	102: "recovery on timer expiry",
	103: "mandatory information element length error",
	111: "protocol error",
	127: "interworking",
}
