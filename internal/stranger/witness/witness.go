// Package witness is a handler that says whether a stranger has told it anything: it asks for what it knows, and reports
// each answer that is not the true one.
package witness

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// Report is what became of one session.
type Report struct {
	Channel  string   // the environment's
	UniqueID string   // the environment's
	Script   string   // agi_network_script
	Name     string   // of the channel that the commands run on
	Wrong    []string // what was not true
}

// Watch talks to Asterisk as a handler does. Nobody presses a key, and nobody hangs up before it is done.
func Watch(ctx context.Context, s *agi.Session) Report {
	r := Report{Channel: s.Env.Channel, UniqueID: s.Env.UniqueID, Script: s.Env.NetworkScript}
	if value, ok, err := s.GetVariable(ctx, "WITNESS_UNSET"); value != "" || ok || err != nil {
		r.wrong("GetVariable of a variable that is not set = %q, %t, %v", value, ok, err)
	}
	if input, err := s.GetData(ctx, "beep", 10*time.Millisecond, 4); input.Digits != "" || err != nil {
		r.wrong("GetData without a key = %+v, %v", input, err)
	}
	for range 2 { // the second time, replies that are out of step would have come
		secret := rand.Text()
		if err := s.SetVariable(ctx, "WITNESS", secret); err != nil {
			r.wrong("SetVariable = %v", err)
		}
		if value, ok, err := s.GetVariable(ctx, "WITNESS"); value != secret || !ok || err != nil {
			r.wrong("GetVariable = %q, %t, %v, want %q", value, ok, err, secret)
		}
		if value, ok, err := s.Variable(ctx, "WITNESS"); value != secret || !ok || err != nil {
			r.wrong("Variable = %q, %t, %v, want %q", value, ok, err, secret)
		}
	}
	var err error
	if r.Name, _, err = s.Variable(ctx, "CHANNEL(name)"); err != nil {
		r.wrong("Variable of the channel's name = %v", err)
	}
	if ctx.Err() != nil {
		r.wrong("the context has ended while the channel is up: %v", context.Cause(ctx))
	}
	return r
}

func (r *Report) wrong(format string, args ...any) {
	r.Wrong = append(r.Wrong, fmt.Sprintf(format, args...))
}
