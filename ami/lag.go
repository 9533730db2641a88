package ami

import (
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// lag tells whether events of calls are still on their way through Asterisk,
// which OriginateResponse overtakes: on a busy server by more than causeGrace.
// There, events of other calls come meanwhile.
type lag struct {
	others *event.Subscription // to events of all calls; nil before the OriginateResponse
	seen   int64
	until  time.Time // when to wait no longer
}

// maxLag is how long the events of other calls may put the outcome off.
const maxLag = evidenceAfter

func (l *lag) begin(s Session) {
	if l.others == nil {
		l.others = s.Subscribe(ofCalls, &SubscribeConfig{Limit: 1})
		l.until = time.Now().Add(maxLag)
	}
}

func (l *lag) end() {
	if l.others != nil {
		l.others.Close()
	}
}

// goesOn reports whether events came since it was asked last.
func (l *lag) goesOn() bool {
	if l.others == nil || !time.Now().Before(l.until) {
		return false
	}
	before := l.seen
	l.seen = l.others.Stats().Matched
	return l.seen > before
}

// ofCalls are events that any call leads to.
var ofCalls = event.Named("Newchannel", "Newstate", "Newexten", "Hangup", "DialBegin", "OriginateResponse")
