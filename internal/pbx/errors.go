package pbx

import "errors"

// Why a machine refuses what it is asked to do. The errors of its methods wrap one of these, and name what was wrong.
var (
	ErrNoChannel     = errors.New("there is no such channel")
	ErrNoExtension   = errors.New("there is no such extension")
	ErrNoApplication = errors.New("there is no such application")
	ErrNoFunction    = errors.New("there is no such function that can be set")
	ErrNoDevice      = errors.New("there is no such device")
	ErrNotRegistered = errors.New("the phone is not registered")
	ErrNotRinging    = errors.New("no call rings")
	ErrNotTalking    = errors.New("the channel talks to nobody")
	ErrNotAnswered   = errors.New("the channel was not answered")
	ErrNoQueue       = errors.New("there is no such queue")
	ErrNoMember      = errors.New("the queue has no such member")
	ErrMemberThere   = errors.New("the queue has this member")
	ErrNotAsync      = errors.New("the channel has never run AsyncAGI")
	ErrLotFull       = errors.New("the parking lot is full")
	ErrNoConference  = errors.New("there is no such conference")
	ErrTooMany       = errors.New("there are too many of them")
	ErrRecorded      = errors.New("the conference is recorded already, or is not")
	ErrNoModule      = errors.New("there is no such module")
	ErrNoState       = errors.New("a device has no such state")
	ErrNotInvited    = errors.New("the conference has no such participant")
)
