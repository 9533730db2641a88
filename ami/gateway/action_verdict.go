package gateway

import (
	"errors"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// denial is why an Action was not done, in words for the user. Nothing was sent that does it.
type denial string

func (r denial) Error() string { return string(r) }

// What users are told of more than one Action.
const (
	refusedUnseen   denial = "That is not there, or you may not see it." // the same for both
	refusedRight    denial = "You may not do that."
	refusedMeans    denial = "The request could not be understood."
	refusedOver     denial = "The call is over."
	refusedDoubt    denial = "It is not certain at the moment which call this is. Try again."
	refusedNobody   denial = "Nobody else is in this call."
	refusedSeveral  denial = "Several others are in this call."
	refusedNumber   denial = "This is not a number: use digits, *, # and a + at the beginning."
	refusedList     denial = "You may not dial this number."
	refusedNoNumber denial = "There is no such number."
	refusedSetUp    denial = "The telephone system does not let this program do that. The administrator has to give its AMI user the right for it, and to load the module."
)

// verdict is what an error means to a user.
func verdict(err error) (message.Outcome, string) {
	var words denial
	var refused *ami.Error
	switch {
	case err == nil:
		return message.OutcomeDone, ""
	case errors.As(err, &words):
		return message.OutcomeRefused, string(words)
	case errors.Is(err, ami.ErrOutcomeUnknown), errors.Is(err, ami.ErrNoAnswer):
		return message.OutcomeUnknown, wordsUnknown
	case errors.As(err, &refused):
		return message.OutcomeRefused, string(refusedBy(refused))
	case errors.Is(err, ami.ErrNoSuchChannel):
		return message.OutcomeRefused, string(refusedOver)
	case errors.Is(err, ami.ErrNotSent):
		return message.OutcomeUnsent, wordsUnsent
	case errors.Is(err, ami.ErrInvalid):
		return message.OutcomeRefused, "That is not possible at the moment."
	}
	return message.OutcomeUnknown, wordsUnknown
}

const (
	wordsUnknown = "Nobody knows whether it was done: look at the calls."
	wordsUnsent  = "The telephone system can't be reached. Nothing was done: try again."
)

// refusedBy is our words for a denial of Asterisk's. Its own are for administrators, and are in the audit log.
func refusedBy(err *ami.Error) denial {
	for _, known := range []struct {
		err   error
		words denial
	}{
		{ami.ErrPermissionDenied, refusedSetUp},
		{ami.ErrUnknownAction, refusedSetUp},
		{ami.ErrNoSuchChannel, refusedOver},
		{ami.ErrNoSuchExtension, refusedNoNumber},
		{ami.ErrNoSuchQueue, "There is no such queue any more."},
		{ami.ErrNoSuchMember, "That is no member of the queue any more."},
		{ami.ErrAlreadyExists, "That is a member of the queue already."},
	} {
		if errors.Is(err, known.err) {
			return known.words
		}
	}
	return "The telephone system has refused it."
}
