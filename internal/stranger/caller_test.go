package stranger_test

import (
	"errors"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/stranger"
)

const patience = time.Minute // on a busy machine 10 s were too few once

// senders are who can use a part: a trunk, and a phone that authenticates.
var senders = map[stranger.Part][]string{
	stranger.Number:    {"trunk", "203"},
	stranger.Dialled:   {"trunk", "200"},
	stranger.Diversion: {"trunk", "200"},
	stranger.Asserted:  {"trusted", "202"},
	stranger.Redirect:  {"trunk", "200"},
	stranger.Callee:    {"trusted", "202"},
	stranger.ReferTo:   {"trunk", "200"},
}

// over is the error of a call, nil if the dialplan has ended it: a call that nobody has answered is refused.
func over(err error) error {
	if refused := (*stranger.Refused)(nil); errors.As(err, &refused) && refused.Answer.Status() == 603 {
		return nil
	}
	return err
}
