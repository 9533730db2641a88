// Helpdesk opens a case in a helpdesk system when a call arrives, tells the caller its number, and notes in the case how
// long the call took when it is over.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./helpdesk:
//
//	HELPDESK_TOKEN=... go run ./helpdesk -api https://helpdesk.example.com/api
//
// In extensions.conf:
//
//	exten => 900,1,AGI(agi://127.0.0.1/helpdesk,support)
//	 same => n,Hangup()
//
// The argument is the queue that the caller then waits in. The API of your helpdesk will differ: see cases.go.
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4573", "`address` to serve at")
	api := flag.String("api", "http://127.0.0.1:8080", "`URL` of the helpdesk")
	flag.Parse()
	client := &http.Client{Timeout: 5 * time.Second} // a caller waits meanwhile
	if err := serve(*listen, &desk{&cases{url: *api, token: os.Getenv("HELPDESK_TOKEN"), client: client}}); err != nil {
		slog.Error("serve", "error", err)
		os.Exit(1)
	}
}

// desk is the handler of calls.
type desk struct{ cases *cases }

// ServeAGI opens a case for one call, and queues it. A helpdesk that does not answer must not keep callers from people.
func (d *desk) ServeAGI(ctx context.Context, s *agi.Session) error {
	if len(s.Env.Arguments) != 1 {
		return errors.New("want one argument in the dialplan: the queue")
	}
	if err := s.Answer(ctx); err != nil {
		return err
	}
	began := time.Now()
	id := s.Env.UniqueID
	if id == "" { // a caller can put it in doubt: docs/safety.md
		var err error
		if id, _, err = s.GetVariable(ctx, "UNIQUEID"); err != nil {
			return err
		}
	}
	number, err := d.cases.open(ctx, s.Env.CallerID, s.Env.CallerIDName, id)
	if err != nil {
		slog.Error("open a case", "caller", s.Env.CallerID, "error", err)
		return queue(ctx, s)
	}
	err = errors.Join(
		tell(ctx, s, number),
		s.SetVariable(ctx, "CASE", number), // for the CDR, and the agent's screen
	)
	if err == nil {
		err = queue(ctx, s)
	}
	// The caller may have hung up, so that ctx has ended; the case is to be closed all the same.
	return errors.Join(err, d.cases.note(context.WithoutCancel(ctx), number, time.Since(began)))
}

// tell says the number of the case.
func tell(ctx context.Context, s *agi.Session, number string) error {
	if err := s.Playback(ctx, "your&number&is", ""); err != nil {
		return err
	}
	_, err := s.SayDigits(ctx, number, "")
	return err
}

func queue(ctx context.Context, s *agi.Session) error {
	_, err := s.Queue(ctx, s.Env.Arguments[0])
	return err
}
