package pbx

import asterisk "github.com/asterisk-go/asterisk-go"

// causeText is Asterisk's wording of a cause.
func causeText(cause asterisk.Cause) string {
	switch cause {
	case asterisk.CauseUnallocated:
		return "Unallocated (unassigned) number"
	case asterisk.CauseNormalClearing:
		return "Normal Clearing"
	case asterisk.CauseUserBusy:
		return "User busy"
	case asterisk.CauseNoUserResponse:
		return "No user responding"
	case asterisk.CauseNoAnswer:
		return "User alerting, no answer"
	case asterisk.CauseSubscriberAbsent:
		return "Subscriber absent"
	case asterisk.CauseCallRejected:
		return "Call Rejected"
	case asterisk.CauseAnsweredElsewhere:
		return "Answered elsewhere"
	case asterisk.CauseCongestion:
		return "Circuit/channel congestion"
	case asterisk.CauseInterworking:
		return "Interworking, unspecified"
	}
	return "Unknown"
}

// causeOf is the cause that a status of SIP has.
func causeOf(status int) asterisk.Cause {
	switch status {
	case 486, 600:
		return asterisk.CauseUserBusy
	case 603, 401, 403:
		return asterisk.CauseCallRejected
	case 404:
		return asterisk.CauseUnallocated
	case 408:
		return asterisk.CauseNoUserResponse
	case 480:
		return asterisk.CauseNoAnswer
	}
	return asterisk.CauseInterworking
}

// statusOfCause is the status of SIP with which a call is refused for a cause; zero if it says nothing.
func statusOfCause(cause asterisk.Cause) int {
	switch cause {
	case asterisk.CauseUnallocated:
		return 404
	case asterisk.CauseUserBusy:
		return 486
	case asterisk.CauseNoUserResponse:
		return 408
	case asterisk.CauseNoAnswer, asterisk.CauseSubscriberAbsent:
		return 480
	case asterisk.CauseCallRejected:
		return 403
	case asterisk.CauseCongestion:
		return 503
	case asterisk.CauseInterworking:
		return 500
	}
	return 0
}
