package agitest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/asterisk-go/asterisk-go/agi"
)

// repliesInStep gives each command its own reply.
func repliesInStep(x *trial) {
	const commands = 50
	x.open(func(ctx context.Context, s *agi.Session) error {
		for i := range commands {
			want := strconv.Itoa(i)
			if r, err := s.Do(ctx, "NOOP", want); err != nil || r.Result != want {
				return fmt.Errorf("NOOP %d: %v, %w", i, r, err)
			}
		}
		return nil
	})
	for i := range commands {
		x.receive("NOOP", strconv.Itoa(i))
		x.reply("200 result=" + strconv.Itoa(i))
	}
	x.succeed()
	x.noMore()
}

// replyForms has every form that a reply can have.
func replyForms(x *trial) {
	forms := []struct {
		command, reply string
		code           int
		result, data   string
	}{
		{"ANSWER", "200 result=0", 200, "0", ""},
		{"GET DATA", "200 result= (timeout)", 200, "", "timeout"},
		{"GET DATA", "200 result=0042", 200, "0042", ""},
		{"GET VARIABLE", "200 result=1 (a (b) \"c\" d)", 200, "1", `a (b) "c" d`},
		{"GET VARIABLE", "200 result=1 ()", 200, "1", ""},
		{"GET VARIABLE", "200 result=1 (two\nlines)", 200, "1", "two\nlines"},
		{"GET VARIABLE", "200 result=1 (a)\n200 result=0\nHANGUP)", 200, "1", "a)\n200 result=0\nHANGUP"},
		{"DATABASE GET", "200 result=1 (a)\nHANGUP\n)", 200, "1", "a)\nHANGUP\n"},
		{"GOSUB", "100 result=0 Trying...\n200 result=0 Gosub complete", 200, "0", ""},
		{"BOGUS", "510 Invalid or unknown command", 510, "", ""},
		{"STREAM FILE", "511 Command Not Permitted on a dead channel or intercept routine", 511, "", ""},
		{"SET VARIABLE", "520 Invalid command syntax.  Proper usage not available.", 520, "", ""},
		{"SET VARIABLE", "520-Invalid command syntax.  Proper usage follows:\nUsage: X <y>\n\n more\n520 End of proper usage.", 520, "", ""},
		{"NOOP", "200 result=last", 200, "last", ""},
	}
	x.open(func(ctx context.Context, s *agi.Session) error {
		for _, form := range forms {
			r, err := s.Do(ctx, form.command)
			var refused *agi.Error
			if (err != nil) != (form.code != 200) || err != nil && !errors.As(err, &refused) {
				return fmt.Errorf("%s, answered %q: %w", form.command, form.reply, err)
			}
			if r.Code != form.code || r.Result != form.result || r.Data != form.data {
				x.t.Errorf("%s, answered %q: %+v", form.command, form.reply, r)
			}
		}
		return nil
	})
	for _, form := range forms {
		x.receive(strings.Fields(form.command)...)
		x.reply(form.reply)
	}
	x.succeed()
}

// argumentsArrive as they were given.
func argumentsArrive(x *trial) {
	arguments := []string{"", " ", "two words", `"`, `\`, `a\"b\\`, "tab\there", "comma, semicolon; and = ${X}", "größe 100%25", "'", strings.Repeat("x", 900)}
	x.open(func(ctx context.Context, s *agi.Session) error {
		for _, argument := range arguments {
			if _, err := s.Do(ctx, "SET VARIABLE", "NAME", argument); err != nil {
				return err
			}
		}
		return nil
	})
	for _, argument := range arguments {
		x.receive("SET", "VARIABLE", "NAME", argument)
		x.reply("200 result=1")
	}
	x.succeed()
}

// longReply is as long as the transport can carry.
func longReply(x *trial) {
	longest := x.traits.LongestReply
	if longest == 0 {
		longest = 200_000
	}
	value := strings.Repeat("0123456789", longest/10)[:longest-len("200 result=1 ()\n")]
	x.open(func(ctx context.Context, s *agi.Session) error {
		if r, err := s.Do(ctx, "GET VARIABLE", "LONG"); err != nil || r.Data != value {
			return fmt.Errorf("a value of %d bytes instead of %d: %w", len(r.Data), len(value), err)
		}
		_, err := s.Do(ctx, "NOOP")
		return err
	})
	x.receive("GET", "VARIABLE", "LONG")
	x.reply("200 result=1 (" + value + ")")
	x.receive("NOOP")
	x.reply("200 result=0")
	x.succeed()
}

// concurrentCommands wait for each other, and each has its own reply.
func concurrentCommands(x *trial) {
	const goroutines, each = 8, 20
	x.open(func(ctx context.Context, s *agi.Session) error {
		var running sync.WaitGroup
		for g := range goroutines {
			// Ends with its commands.
			running.Go(func() {
				for i := range each {
					want := fmt.Sprintf("%d-%d", g, i)
					if r, err := s.Do(ctx, "NOOP", want); err != nil || r.Result != want {
						x.t.Errorf("NOOP %s: %v, %v", want, r, err)
						return
					}
				}
			})
		}
		running.Wait()
		return nil
	})
	for range goroutines * each {
		x.within("receive a command", func() {
			line, err := x.next()
			if tokens := Tokens(line); err != nil || len(tokens) != 2 {
				x.t.Errorf("Receive() = %q, %v", line, err)
			} else {
				x.peer.Reply("200 result=" + tokens[1])
			}
		})
	}
	x.succeed()
}

// unsolicitedReply is never taken for that of a later command.
func unsolicitedReply(x *trial) {
	sent := make(chan struct{})
	x.open(func(ctx context.Context, s *agi.Session) error {
		if _, err := s.Do(ctx, "NOOP"); err != nil {
			return err
		}
		<-sent
		if x.traits.NamesCommands {
			r, err := s.Do(ctx, "NOOP")
			if err != nil || r.Result != "mine" {
				x.t.Errorf("NOOP after an unsolicited reply: %v, %v", r, err)
			}
			return err
		}
		<-ctx.Done()
		if _, err := s.Do(ctx, "NOOP"); !errors.Is(err, agi.ErrOutOfStep) || !errors.Is(err, agi.ErrClosed) {
			x.t.Errorf("NOOP after an unsolicited reply: %v, want %v", err, agi.ErrOutOfStep)
		}
		return nil
	})
	x.receive("NOOP")
	x.reply("200 result=0")
	x.reply("200 result=nobody's")
	close(sent)
	if x.traits.NamesCommands {
		x.receive("NOOP")
		x.reply("200 result=mine")
	}
	x.succeed()
	x.noMore()
}
