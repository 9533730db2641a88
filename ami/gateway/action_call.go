package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// hangup ends a Party; one that rings is rejected. Where its channel is in doubt live asks Asterisk first.
func (t *job) hangup(ctx context.Context) error {
	_, p, channel, err := t.party()
	if err != nil {
		return err
	}
	var cause asterisk.Cause
	if rings(p, channel) {
		cause = asterisk.CauseCallRejected
	}
	return t.server.Model.Hangup(ctx, p.UniqueID, cause)
}

// answer asks a phone to answer. Only the application knows which phones do.
func (t *job) answer(ctx context.Context) error {
	_, p, channel, err := t.sure()
	switch {
	case err != nil:
		return err
	case !rings(p, channel):
		return denial("This phone does not ring.")
	case t.server.CanAnswer == nil || !t.server.CanAnswer(p.Device) || !strings.HasPrefix(channel.Name, "PJSIP/"):
		return denial("This phone can't be answered from here.")
	}
	_, err = t.server.Session.Do(ctx, action.PJSIPNotify{Channel: channel.Name, Variables: []asterisk.Variable{{Name: "Event", Value: "talk"}}})
	return err
}

// transfer sends whom the Party talks with to a number. Asterisk sends them to nowhere if the dialplan does not have it, and the
// caller is lost, so that is asked first.
func (t *job) transfer(ctx context.Context) error {
	p, _, err := t.talking()
	if err != nil {
		return err
	}
	return t.toNumber(ctx, func() error {
		return t.server.Model.BlindTransfer(ctx, p.UniqueID, live.Location{Context: t.server.Context, Exten: t.asked.Number})
	})
}

// consult begins an attended transfer, where it can work.
func (t *job) consult(ctx context.Context) error {
	p, _, err := t.talking()
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(t.asked.Number, "+"):
		return denial("A number with + can't be consulted: the telephone system dials it as keys are pressed.")
	}
	return t.toNumber(ctx, func() error {
		err := t.server.Model.AttendedTransfer(ctx, p.UniqueID, live.Location{Context: t.server.Context, Exten: t.asked.Number})
		if errors.Is(err, ami.ErrInvalid) {
			return denial("This call can't be transferred with a consultation. The administrator has to set it up: the option t or T of Dial or Queue, and atxfer in features.conf.")
		}
		return err
	})
}

// toNumber checks a number, and sends somebody to it. A call that was not made is not counted.
func (t *job) toNumber(ctx context.Context, send func() error) error {
	if err := t.checkNumber(ctx); err != nil {
		return err
	}
	if err := t.rates.dial(t.who.user.ID, t.who.rights.Dial); err != nil {
		return err
	}
	err := send()
	if outcome, _ := verdict(err); outcome == message.OutcomeRefused || outcome == message.OutcomeUnsent {
		t.rates.undial(t.who.user.ID)
	}
	return err
}

// checkNumber makes sure that the user may call the number, and that the dialplan has it.
func (t *job) checkNumber(ctx context.Context) error {
	number, place := t.asked.Number, t.server.Context
	switch {
	case !isNumber(number):
		return refusedNumber
	case !t.who.rights.Dial.allows(number):
		return refusedList
	case place == "" || strings.ContainsAny(place, "(){}[],$\"\\") || strings.ContainsFunc(place, isControl):
		return denial("No numbers can be dialled from here: the administrator has to set the context for it.")
	}
	there, err := ami.Ask(ctx, t.server.Session, action.Getvar{Variable: "DIALPLAN_EXISTS(" + place + "," + number + ",1)"})
	switch {
	case err != nil:
		return unasked(err)
	case there == "":
		return denial("It is not known whether there is this number: the administrator has to load func_dialplan.so.")
	case there == "0":
		return refusedNoNumber
	}
	return nil
}

// unasked is the error of an Action that was not sent because a question before it has failed.
func unasked(err error) error {
	if refused := (*ami.Error)(nil); errors.As(err, &refused) {
		return err
	}
	return fmt.Errorf("gateway: %w: %v", ami.ErrNotSent, err)
}

// park parks whom the Party talks with.
func (t *job) park(ctx context.Context) (string, error) {
	p, other, err := t.talking()
	if err != nil {
		return "", err
	}
	err = t.server.Model.Park(ctx, other.UniqueID, &live.ParkConfig{Parker: p.UniqueID})
	return t.key(message.KindParked, t.about.server, other.UniqueID), err
}

// record begins to record a Party, in a file whose name has nothing of a caller's in it, or ends it.
func (t *job) record(ctx context.Context) error {
	call, p, channel, err := t.sure()
	switch {
	case err != nil:
		return err
	case t.asked.On == nil:
		return refusedMeans
	case !*t.asked.On:
		return t.eachRecorded(call, p, func(id string) error { return t.server.Model.StopRecording(ctx, id) })
	case channel.Recording.Running():
		return denial("This call is recorded already.")
	}
	id := strings.Map(func(r rune) rune {
		if strings.ContainsRune(plain+".", r) {
			return r
		}
		return '_'
	}, p.UniqueID)
	file := time.Now().UTC().Format("20060102-150405") + "-" + id + ".wav"
	return t.server.Model.Record(ctx, p.UniqueID, file, "")
}

// pauseRecording has what records the Party's talk hold silence, or sound again.
func (t *job) pauseRecording(ctx context.Context) error {
	call, p, _, err := t.sure()
	switch {
	case err != nil:
		return err
	case t.asked.On == nil:
		return refusedMeans
	}
	return t.eachRecorded(call, p, func(id string) error { return t.server.Model.PauseRecording(ctx, id, *t.asked.On) })
}

// eachRecorded calls f for the channels whose recordings have the Party's talk: its own, and those that it talks with. Where no
// recording is known there may be one that began before the gateway, of the Party's own channel.
func (t *job) eachRecorded(call *live.Call, p live.Party, f func(uniqueID string) error) error {
	ids := map[string]bool{p.ID: true}
	for _, talk := range call.Conversations {
		if talk.Conference == "" && slices.Contains(talk.Parties, p.ID) {
			for _, id := range talk.Parties {
				ids[id] = true
			}
		}
	}
	done := 0
	for id := range ids {
		of, ok := call.Party(id)
		if !ok {
			continue
		}
		c, err := t.channel(of)
		if err != nil || c.Doubtful || !c.Recording.Running() {
			continue
		}
		if err := f(of.UniqueID); err != nil && done > 0 {
			return fmt.Errorf("gateway: %w: %d of several were done: %v", ami.ErrOutcomeUnknown, done, err)
		} else if err != nil {
			return err
		}
		done++
	}
	if done == 0 {
		return f(p.UniqueID)
	}
	return nil
}

const noteTime = 10 * time.Second

// note gives what a user has written to the application.
func (t *job) note(ctx context.Context) error {
	text := t.asked.Text
	switch {
	case t.config.Note == nil:
		return denial("Notes are not kept here.")
	case strings.TrimSpace(text) == "":
		return denial("The note is empty.")
	case !isText(strings.NewReplacer("\n", "", "\t", "").Replace(text), message.MaxNote):
		return denial(fmt.Sprintf("A note has at most %d characters.", message.MaxNote))
	}
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	done := make(chan error, 1)
	keep := func() {
		done <- t.guarded("Config.Note has panicked", func() error {
			return t.config.Note(ctx, t.who.user, t.about.server, t.about.call, text)
		})
	}
	// keep ends when the application's function returns; close waits for it.
	if !t.spawn(keep) {
		return ami.ErrNotSent
	}
	select {
	case err := <-done:
		switch {
		case err == nil || errors.Is(err, errPanic):
			return err
		case ctx.Err() != nil:
			return fmt.Errorf("gateway: note: %w: %v", ami.ErrOutcomeUnknown, err)
		}
		t.complain("Config.Note has failed", slog.Any("err", err))
		return denial("The note could not be kept.")
	case <-ctx.Done():
		return fmt.Errorf("gateway: note: %w: the application has not kept it in time", ami.ErrOutcomeUnknown)
	}
}
