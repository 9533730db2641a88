// Package menu is what callers of the call centre hear first, over FastAGI.
package menu

import (
	"context"
	"log/slog"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// New serves the menu: 1 is sales, 2 is support. The dialplan goes on with the variable QUEUE. Without a log nothing is logged.
func New(log *slog.Logger) *fastagi.Server {
	mux := fastagi.NewMux()
	mux.HandleFunc("/menu", choose)
	return &fastagi.Server{Handler: mux, Logger: log}
}

func choose(ctx context.Context, s *agi.Session) error {
	if err := s.Answer(ctx); err != nil {
		return err
	}
	choice, err := s.Choose(ctx, agi.Menu{Prompt: "demo-thanks", Invalid: "invalid", Choices: []string{"1", "2"}, Timeout: 4 * time.Second})
	if err != nil {
		return err
	}
	return s.SetVariable(ctx, "QUEUE", map[string]string{"1": "sales", "2": "support", "": "support"}[choice])
}
