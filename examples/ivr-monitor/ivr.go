package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// ivr is the menu, and what is behind it.
type ivr struct {
	queue   string
	monitor reporter
}

// reporter is told what callers have chosen so far, with the Uniqueid of the channel. It does not keep the caller waiting.
type reporter interface {
	report(ctx context.Context, uniqueID string, choices []string) error
}

// ServeAGI serves one call. A monitor that fails must not keep callers from people.
func (i *ivr) ServeAGI(ctx context.Context, s *agi.Session) error {
	if err := s.Answer(ctx); err != nil {
		return err
	}
	id := s.Env.UniqueID
	if id == "" { // a caller can put it in doubt: docs/safety.md
		var err error
		if id, _, err = s.Variable(ctx, "UNIQUEID"); err != nil {
			return err
		}
	}
	choices := []string{}
	note := func() {
		// A caller who hangs up ends ctx, and is to be reported all the same.
		if err := i.monitor.report(context.WithoutCancel(ctx), id, choices); err != nil {
			slog.Error("report", "uniqueid", id, "error", err)
		}
	}
	note()
	for {
		choice, err := s.Choose(ctx, agi.Menu{
			Prompt:  "basic-pbx-ivr-main",
			Invalid: "pm-invalid-option",
			Choices: []string{"1", "2"},
			Timeout: 5 * time.Second,
		})
		if err != nil {
			return err
		}
		if choice != "" {
			choices = append(choices, choice)
			note()
		}
		if choice != "1" { // 2, or nothing
			return i.wait(ctx, s, id)
		}
		if _, err := s.StreamFile(ctx, "hours", ""); err != nil {
			return err
		}
	}
}

// wait records the call from the moment in which somebody answers, and queues it.
func (i *ivr) wait(ctx context.Context, s *agi.Session, id string) error {
	if _, err := s.Exec(ctx, "MixMonitor", "ivr-"+id+".wav", "b"); err != nil {
		return err
	}
	_, err := s.Queue(ctx, i.queue)
	return err
}
