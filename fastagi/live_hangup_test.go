package fastagi_test

import (
	"context"
	"errors"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// tell sets the variable that the dialplan reports, with the handler's own
// context.
func tell(ctx context.Context, s *agi.Session, what string) error {
	_, err := s.Do(ctx, "SET VARIABLE", "TOLD", what)
	return err
}

// hangupHandlers hang up in different moments.
func hangupHandlers(p *pbx) *fastagi.Mux {
	mux := fastagi.NewMux()
	mux.HandleFunc("/before", func(ctx context.Context, s *agi.Session) error {
		p.hangup(s)
		<-ctx.Done()
		if _, err := s.Do(ctx, "STREAM FILE", "beep", ""); !errors.Is(err, agi.ErrHangup) {
			p.t.Errorf("STREAM FILE after the hangup: %v", err)
		}
		return tell(ctx, s, "before")
	})
	mux.HandleFunc("/during", func(ctx context.Context, s *agi.Session) error {
		p.hangupDuring(s, "WAIT FOR DIGIT")
		r, err := s.Do(ctx, "WAIT FOR DIGIT", "-1")
		if err != nil || r.Result != "-1" {
			p.t.Errorf("WAIT FOR DIGIT during the hangup: %v, %v", r, err)
		}
		<-ctx.Done()
		return tell(ctx, s, "during")
	})
	mux.HandleFunc("/application", func(ctx context.Context, s *agi.Session) error {
		p.hangupDuring(s, "EXEC")
		// Shorter than the grace: a hangup in front of it may not end it.
		if _, err := s.Do(ctx, "EXEC", "Wait", "3"); err != nil {
			p.t.Errorf("EXEC during the hangup: %v", err)
		}
		<-ctx.Done()
		return tell(ctx, s, "application")
	})
	mux.HandleFunc("/command", func(ctx context.Context, s *agi.Session) error {
		if _, err := s.Do(ctx, "HANGUP"); err != nil {
			p.t.Errorf("HANGUP: %v", err)
		}
		<-ctx.Done()
		return tell(ctx, s, "command")
	})
	mux.HandleFunc("/untold", func(ctx context.Context, s *agi.Session) error { // AGISIGHUP=no
		p.hangupDuring(s, "WAIT FOR DIGIT")
		if r, err := s.Do(ctx, "WAIT FOR DIGIT", "-1"); err != nil || r.Result != "-1" {
			p.t.Errorf("WAIT FOR DIGIT during the hangup: %v, %v", r, err)
		}
		for _, command := range [][]string{{"GET FULL VARIABLE", "x${CASE}"}, {"GOSUB", "fastagi", "sub", "1"}, {"EXEC", "NoOp"}, {"CHANNEL STATUS"}} {
			r, err := s.Do(ctx, command[0], command[1:]...)
			p.t.Logf("%s: %s on a dead channel: %q, %v", p.Asterisk(), command[0], r, err)
		}
		_, err := s.Do(ctx, "STREAM FILE", "beep", "")
		var refused *agi.Error
		if !errors.As(err, &refused) || refused.Reply.Code != 511 || !errors.Is(err, agi.ErrHangup) {
			p.t.Errorf("STREAM FILE after a hangup that nobody told of: %v", err)
		}
		if ctx.Err() != nil {
			p.t.Errorf("the context has ended: %v", context.Cause(ctx))
		}
		return tell(ctx, s, "untold")
	})
	mux.HandleFunc("/gone", func(ctx context.Context, s *agi.Session) error { // AGIEXITONHANGUP=yes
		p.hangup(s)
		<-ctx.Done()
		if cause := context.Cause(ctx); !errors.Is(cause, agi.ErrHangup) {
			p.t.Errorf("the context ended with %v", cause)
		}
		err := tell(ctx, s, "gone")
		for err == nil { // until the end of the connection is noticed
			err = tell(ctx, s, "gone")
		}
		if !errors.Is(err, agi.ErrHangup) {
			p.t.Errorf("SET VARIABLE when Asterisk has gone: %v", err)
		}
		return err
	})
	mux.HandleFunc("/unbilled", func(ctx context.Context, s *agi.Session) error {
		p.hangupDuring(s, "WAIT FOR DIGIT")
		_, err := s.WaitForDigit(ctx, -1)
		return errors.Join(errors.New("database is down"), err)
	})
	mux.HandleFunc("/unbilled/context", func(ctx context.Context, s *agi.Session) error {
		p.hangupDuring(s, "WAIT FOR DIGIT")
		_, err := s.WaitForDigit(ctx, -1)
		<-ctx.Done()
		return errors.Join(ctx.Err(), err) // as a database says
	})
	mux.HandleFunc("/interrupted", func(ctx context.Context, s *agi.Session) error {
		p.hangup(s)
		<-ctx.Done()
		return ctx.Err()
	})
	mux.HandleFunc("/dead", func(ctx context.Context, s *agi.Session) error { // in h
		_, err := s.Do(ctx, "STREAM FILE", "beep", "")
		if !errors.Is(err, agi.ErrHangup) {
			p.t.Errorf("STREAM FILE in h: %v", err)
		}
		return tell(ctx, s, "dead")
	})
	return mux
}

func TestLiveHangup(t *testing.T) {
	onAsterisk(t, func(t *testing.T, p *pbx) {
		url := open(t, &fastagi.Server{Handler: hangupHandlers(p)})
		for _, test := range []struct {
			path      string
			variables []asterisk.Variable
			want      ending
		}{
			{"/before", nil, ending{status: "HANGUP", told: "before"}},
			{"/during", nil, ending{status: "HANGUP", told: "during"}},
			{"/application", nil, ending{status: "HANGUP", told: "application"}},
			{"/command", nil, ending{status: "HANGUP", told: "command"}},
			{"/untold", []asterisk.Variable{{Name: "__AGISIGHUP", Value: "no"}}, ending{status: "HANGUP", told: "untold"}},
			{"/gone", []asterisk.Variable{{Name: "__AGIEXITONHANGUP", Value: "yes"}}, ending{status: "HANGUP"}},
			{"/unbilled", nil, ending{status: "FAILURE"}},
			{"/unbilled/context", nil, ending{status: "FAILURE"}},
			{"/interrupted", nil, ending{status: "HANGUP"}},
			{"/none", []asterisk.Variable{{Name: "__DEADURL", Value: url + "/dead"}}, ending{status: "SUCCESS", fastagi: "NOTFOUND", told: "dead"}},
		} {
			got := p.call(t, url+test.path, test.variables...)
			test.want.number = got.number
			if got != test.want {
				t.Errorf("%s: %+v, want %+v", test.path, got, test.want)
			}
		}
	})
}
