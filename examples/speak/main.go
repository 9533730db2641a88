// Speak says any text to callers: a FastAGI server that has a speech engine make a sound file of it, once, and Asterisk
// play it.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./speak:
//
//	go run ./speak -folder /var/lib/asterisk/sounds/spoken
//
// It needs the engine (Debian: espeak-ng), and a folder that Asterisk reads from. In extensions.conf:
//
//	exten => 700,1,Answer()
//	 same => n,AGI(agi://127.0.0.1/speak,en,"Your call is number ${CALLS}, please wait.")
//	 same => n,Hangup()
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"strings"

	"github.com/asterisk-go/asterisk-go/agi"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4573", "`address` to serve at")
	engine := flag.String("engine", "espeak-ng", "`command` that speaks: it gets -v LANGUAGE --stdout, and the text on its standard input")
	folder := flag.String("folder", "/var/lib/asterisk/sounds/spoken", "`folder` for the sounds")
	seen := flag.String("seen", "", "the same folder as Asterisk sees it, if that is another `folder`")
	flag.Parse()
	if *seen == "" {
		*seen = *folder
	}
	if err := serve(*listen, &speaker{cache: &cache{engine: strings.Fields(*engine), folder: *folder}, seen: *seen}); err != nil {
		slog.Error("serve", "error", err)
		os.Exit(1)
	}
}

// speaker is the handler of calls.
type speaker struct {
	cache *cache
	seen  string // the folder of the cache, as Asterisk calls it
}

// ServeAGI speaks the text that the dialplan gives. A digit ends it, and is left in SPEAK_DIGIT.
func (p *speaker) ServeAGI(ctx context.Context, s *agi.Session) error {
	if len(s.Env.Arguments) != 2 {
		return errors.New("want two arguments in the dialplan: the language, and a text in quotes")
	}
	file, err := p.cache.file(ctx, s.Env.Arguments[0], s.Env.Arguments[1])
	if err != nil {
		return err
	}
	played, err := s.StreamFile(ctx, p.seen+"/"+file, "0123456789*#")
	if err != nil {
		return err
	}
	return s.SetVariable(ctx, "SPEAK_DIGIT", played.Digit)
}
