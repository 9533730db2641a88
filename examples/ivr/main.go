// Ivr is a telephone menu: a FastAGI server whose callers choose with digits, in the language that the dialplan asks for.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./ivr:
//
//	go run ./ivr -listen 127.0.0.1:4573
//
// In extensions.conf:
//
//	exten => 800,1,Answer()
//	 same => n,AGI(agi://127.0.0.1/ivr/en)
//	 same => n,GotoIf($["${IVR_CHOICE}" = "operator"]?operators,s,1)
//	 same => n,Hangup()
//
//	; notes when a phone answers, for IVR_TALKED
//	[agi-talk]
//	exten => s,1,Set(SHARED(AGI_ANSWERED,${AGI_CALLER})=${STRFTIME(,,%s.%3q)})
//	 same => n,Return()
//
// The server can reach anything by Dial: let only Asterisk reach the server.
package main

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4573", "`address` to serve at")
	dial := flag.String("dial", "PJSIP/%s", "how the phone with the number `%s` is reached")
	flag.Parse()
	if err := serve(*listen, newIVR(*dial)); err != nil {
		slog.Error("serve", "error", err)
		os.Exit(1)
	}
}

// ivr is the menu and what is behind it.
type ivr struct {
	dial string // a format for the number of a phone
}

func newIVR(dial string) agi.Handler {
	i := &ivr{dial}
	mux := fastagi.NewMux()
	mux.Handle("/ivr/{lang}", logged(agi.HandlerFunc(i.serve)))
	return mux
}

// logged is a middleware: a function of a handler that is one.
func logged(next agi.Handler) agi.Handler {
	return agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		began := time.Now()
		err := next.ServeAGI(ctx, s)
		slog.Info("call", "caller", s.Env.CallerID, "extension", s.Env.Extension, "took", time.Since(began), "error", err)
		return err
	})
}

var languages = []string{"en", "de", "fr"}

func (i *ivr) serve(ctx context.Context, s *agi.Session) error {
	if lang := fastagi.PathValue(ctx, "lang"); slices.Contains(languages, lang) {
		if err := s.SetVariable(ctx, "CHANNEL(language)", lang); err != nil {
			return err
		}
	}
	choice, err := s.Choose(ctx, agi.Menu{
		Prompt:  "basic-pbx-ivr-main",
		Invalid: "pm-invalid-option",
		Choices: []string{"1", "2", "0"},
		Timeout: 5 * time.Second,
	})
	if err != nil {
		return err
	}
	switch choice {
	case "1":
		return i.sayTime(ctx, s)
	case "2":
		return i.connect(ctx, s)
	}
	return s.SetVariable(ctx, "IVR_CHOICE", "operator") // also without any choice
}

func (i *ivr) sayTime(ctx context.Context, s *agi.Session) error {
	if _, err := s.StreamFile(ctx, "at-tone-time-exactly", ""); err != nil {
		return err
	}
	if _, err := s.SayTime(ctx, time.Now(), ""); err != nil {
		return err
	}
	return s.SetVariable(ctx, "IVR_CHOICE", "time")
}
