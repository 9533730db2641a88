package gateway

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// work is what an Action is about, and how it is done.
type work struct {
	about []message.Kind // of the object that its Key names; nil for none
	run   func(*job, context.Context) (made string, err error)
}

// works are all of them. Nobody writes to it.
var works = map[message.Name]work{
	message.NameDial:           {nil, (*job).dial},
	message.NameAnswer:         {[]message.Kind{message.KindParty}, makesNothing((*job).answer)},
	message.NameHangup:         {[]message.Kind{message.KindParty}, makesNothing((*job).hangup)},
	message.NameTransfer:       {[]message.Kind{message.KindParty}, makesNothing((*job).transfer)},
	message.NameConsult:        {[]message.Kind{message.KindParty}, makesNothing((*job).consult)},
	message.NamePark:           {[]message.Kind{message.KindParty}, (*job).park},
	message.NameRetrieve:       {[]message.Kind{message.KindParked}, (*job).retrieve},
	message.NamePickup:         {[]message.Kind{message.KindParty}, (*job).pickup},
	message.NamePause:          {[]message.Kind{message.KindMember}, makesNothing((*job).pause)},
	message.NameLogin:          {[]message.Kind{message.KindQueue}, (*job).login},
	message.NameLogout:         {[]message.Kind{message.KindMember}, makesNothing((*job).logout)},
	message.NameRecord:         {[]message.Kind{message.KindParty}, makesNothing((*job).record)},
	message.NamePauseRecording: {[]message.Kind{message.KindParty}, makesNothing((*job).pauseRecording)},
	message.NameListen:         {[]message.Kind{message.KindParty}, (*job).listen},
	message.NameNote:           {[]message.Kind{message.KindCall, message.KindParty}, makesNothing((*job).note)},
}

// makesNothing is how an Action is done that makes no object.
func makesNothing(run func(*job, context.Context) error) func(*job, context.Context) (string, error) {
	return func(t *job, ctx context.Context) (string, error) { return "", run(t, ctx) }
}
