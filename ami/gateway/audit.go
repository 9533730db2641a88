package gateway

import (
	"context"
	"log/slog"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// audit writes what a user has asked for, and what became of it. A note's text is the application's, and is left out.
func (a *actions) audit(who actor, asked message.Action, about subject, result message.Result, cause error, took time.Duration) {
	if a.config.Audit == nil {
		return
	}
	defer func() {
		if why := recover(); why != nil {
			a.complain("the handler of Config.Audit has panicked", slog.Any("why", why))
		}
	}()
	attrs := []slog.Attr{slog.String("user", who.user.ID), slog.String("name", who.user.Name), slog.String("action", show.Text(string(asked.Action))),
		slog.String("id", show.Text(asked.ID)), slog.String("outcome", string(result.Outcome))}
	for _, more := range []struct{ key, value string }{
		{"key", asked.Key}, {"device", asked.Device}, {"number", asked.Number}, {"reason", asked.Reason},
		{"server", about.server}, {"call", about.call}, {"party", about.party.ID}, {"partyDevice", about.device}, {"with", about.name},
		{"made", result.Object}, {"words", result.Reason},
	} {
		if more.value != "" {
			attrs = append(attrs, slog.String(more.key, show.Text(more.value)))
		}
	}
	if asked.On != nil {
		attrs = append(attrs, slog.Bool("on", *asked.On))
	}
	if _, words := cause.(denial); cause != nil && !words {
		attrs = append(attrs, slog.String("error", show.Text(cause.Error())))
	}
	a.config.Audit.LogAttrs(context.Background(), slog.LevelInfo, "action", append(attrs, slog.Duration("took", took))...)
}
