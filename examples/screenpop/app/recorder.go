package app

import (
	"context"
	"errors"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// record keeps the calls of a model that have ended, until ctx ends or the model does.
func (a *app) record(ctx context.Context, model *live.Model) error {
	changes := model.Subscribe(nil)
	defer changes.Close()
	for change := range changes.All(ctx) {
		if err := a.recordChange(ctx, model.Server(), change); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			a.log.Error("a call was not kept", "error", err)
		}
	}
	if ctx.Err() != nil || errors.Is(model.Err(), live.ErrClosed) {
		return nil
	}
	return model.Err()
}

func (a *app) recordChange(ctx context.Context, server string, change live.Change) error {
	switch c := change.(type) {
	case live.Reset: // what ended while nobody looked is in it, too
		for call := range c.View.Calls() {
			if err := a.recordCall(ctx, server, call); err != nil {
				return err
			}
		}
	case live.Changed[live.Call]:
		return a.recordCall(ctx, server, c.After)
	}
	return nil
}

func (a *app) recordCall(ctx context.Context, server string, c *live.Call) error {
	switch {
	case c.Merged != nil:
		return a.store.dropCall(ctx, server, c.ID)
	case c.Live():
		return nil
	}
	past, ok := a.pastCall(server, c)
	if !ok {
		return nil
	}
	return a.store.keepCall(ctx, past)
}

// pastCall is what is kept of a call; false for one with nobody outside.
func (a *app) pastCall(server string, c *live.Call) (PastCall, bool) {
	past := PastCall{
		Server: server, ID: c.ID, Direction: c.Direction.String(), DID: c.DID, Result: string(c.Result),
		Began: c.Began, Answered: c.Answered, Ended: c.Ended,
	}
	number, ok := a.outside(c)
	if !ok || c.Direction == live.DirectionInternal {
		return past, false
	}
	past.Number = number
	for _, visit := range c.Queues {
		past.Queue = visit.Queue
		if visit.Abandoned && c.Answered.IsZero() {
			past.Result = "abandoned"
		}
	}
	for _, party := range c.Parties {
		if party.Side != live.SideOutside && party.Device != "" && !party.Answered.IsZero() {
			past.Agent = party.Device
			break
		}
	}
	return past, true
}

// outside returns the number of who is not one of ours: who called, of a call that is inbound or of which that is not known.
func (a *app) outside(c *live.Call) (string, bool) {
	if c.Direction == live.DirectionOutbound {
		return a.config.Numbers.Form(c.To)
	}
	return a.config.Numbers.Form(c.From.Number)
}

// note returns what keeps the notes that users write to calls of a model: see [gateway.Config].
func (a *app) note(model *live.Model) func(context.Context, gateway.User, string, string, string) error {
	return func(ctx context.Context, user gateway.User, server, callID, text string) error {
		text, err := noteText(text)
		if err != nil {
			return err
		}
		on := about{call: server + "/" + callID}
		if c, ok := model.Call(callID); ok {
			on.number, _ = a.outside(c) // empty: a note of the call alone
		}
		_, err = a.store.addNote(ctx, on, Note{Author: user.Name, Text: text})
		return err
	}
}
