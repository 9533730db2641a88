// Script is a classic AGI script, which Asterisk starts for each call: it turns "do not disturb" on and off for the phone
// that calls, and says which.
//
// Build it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./script:
//
//	CGO_ENABLED=0 go build -o /usr/share/asterisk/agi-bin/do-not-disturb ./script
//
// In extensions.conf:
//
//	exten => *78,1,AGI(do-not-disturb)
//	 same => n,Hangup()
//
//	; where phones are called
//	exten => _1XX,1,GotoIf($["${DB(DND/${EXTEN})}" = "yes"]?busy)
//	 same => n,Dial(PJSIP/${EXTEN},30)
//	 same => n(busy),Busy(10)
//
// To serve many calls, give the same handler to a fastagi.Server, as the example ivr does.
package main

import (
	"context"
	"errors"

	"github.com/asterisk-go/asterisk-go/agi"
)

func main() { agi.Main(agi.HandlerFunc(toggle)) }

func toggle(ctx context.Context, s *agi.Session) error {
	phone := s.Env.CallerID
	if phone == "" {
		return errors.New("the call has no caller ID: set callerid= for the phone in pjsip.conf")
	}
	if err := s.Answer(ctx); err != nil {
		return err
	}
	state, err := flip(ctx, s, phone)
	if err != nil {
		return err
	}
	return say(ctx, s, "do-not-disturb", state)
}

// flip returns the sound of the new state.
func flip(ctx context.Context, s *agi.Session, phone string) (sound string, err error) {
	_, on, err := s.DatabaseGet(ctx, "DND", phone)
	switch {
	case err != nil:
		return "", err
	case on:
		return "de-activated", s.DatabaseDel(ctx, "DND", phone)
	}
	return "activated", s.DatabasePut(ctx, "DND", phone, "yes")
}

func say(ctx context.Context, s *agi.Session, sounds ...string) error {
	for _, sound := range sounds {
		if _, err := s.StreamFile(ctx, sound, ""); err != nil {
			return err
		}
	}
	return nil
}
