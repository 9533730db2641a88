// Record records calls: a FastAGI server that asks the caller for consent, records both sides from then on, connects the
// call, and writes down where the recording is when it has ended.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./record:
//
//	go run ./record -index recordings.jsonl
//
// In extensions.conf; the arguments are whom to call and the folder of the recordings, on Asterisk's machine:
//
//	exten => _1XX,1,AGI(agi://127.0.0.1/record,PJSIP/${EXTEN},/var/spool/asterisk/monitor)
//	 same => n,Hangup()
//
//	; notes when the called phone answers, for the talk time in the index
//	[agi-talk]
//	exten => s,1,Set(SHARED(AGI_ANSWERED,${AGI_CALLER})=${STRFTIME(,,%s.%3q)})
//	 same => n,Return()
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4573", "`address` to serve at")
	name := flag.String("index", "recordings.jsonl", "`file` that gets a line for each recording")
	flag.Parse()
	file, err := os.OpenFile(*name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		slog.Error("open the index", "error", err)
		os.Exit(1)
	}
	defer file.Close()
	if err := serve(*listen, &recorder{index: newIndex(file)}); err != nil {
		slog.Error("serve", "error", err)
		os.Exit(1)
	}
}

// recorder connects and records calls.
type recorder struct {
	index *index
}

const consent = "1"

// ServeAGI connects one call.
func (r *recorder) ServeAGI(ctx context.Context, s *agi.Session) error {
	if len(s.Env.Arguments) != 2 {
		return errors.New("want two arguments in the dialplan: whom to call, and a folder")
	}
	target, folder := s.Env.Arguments[0], s.Env.Arguments[1]
	if err := s.Answer(ctx); err != nil {
		return err
	}
	// The prompt should say so: "this call is recorded if you press 1".
	choice, err := s.Choose(ctx, agi.Menu{Prompt: "conf-now-recording", Choices: []string{consent, "2"}, Timeout: 5 * time.Second, Tries: 1})
	if err != nil {
		return err
	}
	if choice != consent {
		_, err := s.Dial(ctx, target, 30*time.Second, "")
		return err
	}
	id := s.Env.UniqueID
	if id == "" { // a caller can put it in doubt: docs/safety.md
		if id, _, err = s.GetVariable(ctx, "UNIQUEID"); err != nil {
			return err
		}
	}
	return r.record(ctx, s, target, folder+"/"+id+".wav")
}

func (r *recorder) record(ctx context.Context, s *agi.Session, target, file string) error {
	if _, err := s.Exec(ctx, "MixMonitor", file); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	began := time.Now()
	dialed, err := s.Dial(ctx, target, 30*time.Second, "U(agi-talk)")
	entry := entry{
		File: file, Began: began.UTC(), Caller: s.Env.CallerID, Called: target,
		Status: string(dialed.Status),
	}
	if seconds := dialed.Talked.Seconds(); !dialed.TalkUnknown {
		entry.Talked = &seconds
	}
	// After a hangup, too: the recording is there then as well.
	return errors.Join(r.index.add(entry), err)
}
