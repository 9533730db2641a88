package scene

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
)

// stranger serves a caller whose number and dialled number, URL-encoded, may hold anything, and sees that nobody but
// Asterisk answers. The caller presses nothing and stays.
func stranger(ctx context.Context, s *agi.Session, arguments []string) error {
	var given [2]string
	for i := range given {
		given[i], _ = url.PathUnescape(arguments[i])
	}
	err := errors.Join(asked(ctx, s), told(ctx, s, given[0], given[1]), context.Cause(ctx))
	if err != nil {
		return tell(ctx, s, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return tell(ctx, s, AsWanted)
}

// asked has the commands whose answers a stranger would like to give.
func asked(ctx context.Context, s *agi.Session) error {
	var wrong []error
	if got, err := s.GetData(ctx, "beep", 50*time.Millisecond, 4); err != nil || got.Digits != "" {
		wrong = append(wrong, fmt.Errorf("GetData: %+v, %w", got, err))
	}
	if err := s.Answer(ctx); err != nil {
		wrong = append(wrong, err)
	}
	if value, ok, err := s.GetVariable(ctx, "UNSET"); value != "" || ok || err != nil {
		wrong = append(wrong, fmt.Errorf("UNSET: %q, %t, %w", value, ok, err))
	}
	if played, err := s.StreamFile(ctx, "beep", ""); err != nil || played.Digit != "" {
		wrong = append(wrong, fmt.Errorf("StreamFile: %+v, %w", played, err))
	}
	if state, err := s.ChannelStatus(ctx, ""); err != nil || state != asterisk.ChannelUp {
		wrong = append(wrong, fmt.Errorf("ChannelStatus: %v, %w", state, err))
	}
	return errors.Join(wrong...)
}

// told has what Asterisk says of the call: the variables are true, and Env is, or in doubt.
func told(ctx context.Context, s *agi.Session, number, dialled string) error {
	var wrong []error
	for _, field := range []struct{ variable, want, env, key string }{
		{"CALLERID(num)", number, s.Env.CallerID, "agi_callerid"},
		{"EXTEN", dialled, s.Env.Extension, "agi_extension"},
		{"UNIQUEID", s.Env.UniqueID, s.Env.UniqueID, ""},
		{"CHANNEL", s.Env.Channel, s.Env.Channel, ""},
		{"CONTEXT", s.Env.Context, s.Env.Context, ""},
		{"PRIORITY", "1", fmt.Sprint(s.Env.Priority), "agi_priority"},
	} {
		for _, read := range []func(context.Context, string) (string, bool, error){s.Variable, s.GetVariable} {
			if value, ok, err := read(ctx, field.variable); value != field.want || !ok || err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %q, %t, %w, want %q", field.variable, value, ok, err, field.want))
			}
		}
		doubted := slices.Contains(s.Env.Doubtful(), field.key) && strings.Trim(field.env, "0") == ""
		if field.env != field.want && !doubted {
			wrong = append(wrong, fmt.Errorf("%s is %q, want %q; in doubt are %q", field.key, field.env, field.want, s.Env.Doubtful()))
		}
	}
	return errors.Join(wrong...)
}
