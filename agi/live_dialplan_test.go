package agi_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// The helpers over Exec tell what the variables say.
func TestLiveApplications(t *testing.T) {
	lab.Each(t, func(t *testing.T, server *lab.Server) {
		p := newPBX(t, server)
		var calls sync.WaitGroup
		for name, check := range map[string]func(*testing.T, pbx, context.Context, *agi.Session){
			"dial": checkDial, "files": checkFiles, "queue": checkQueue, "conference": checkConference, "menu": checkMenu, "gosub": checkGosub,
		} {
			// Ends with its call; the test waits for it.
			calls.Go(func() {
				err := p.call(t, func(ctx context.Context, s *agi.Session) error {
					check(t, p, ctx, s)
					return nil
				})
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		calls.Wait()
	})
}

func checkDial(t *testing.T, _ pbx, ctx context.Context, s *agi.Session) {
	for target, want := range map[string]asterisk.DialStatus{
		"Local/busy@outcome": asterisk.DialBusy, "Local/answer-short@outcome": asterisk.DialAnswer, "Local/noanswer@outcome": asterisk.DialNoAnswer,
		"Local/congestion@outcome": asterisk.DialCongestion, "PJSIP/nobody": asterisk.DialUnavailable, "Nonsense/1": asterisk.DialUnavailable,
	} {
		got, err := s.Dial(ctx, target, time.Second, "g")
		if err != nil || got.Status != want || got.Answered() != (want == asterisk.DialAnswer) || got.Talked > got.Total {
			t.Errorf("Dial(%s) = %+v, %v, want %s", target, got, err, want)
		}
	}
	if got, err := s.Dial(ctx, "Local/answer-short@outcome", time.Second, ""); err != nil || !got.Answered() {
		t.Errorf("Dial without g = %+v, %v", got, err)
	}
}

func checkFiles(t *testing.T, _ pbx, ctx context.Context, s *agi.Session) {
	if err := s.Playback(ctx, "beep&beep", ""); err != nil {
		t.Error(err)
	}
	var refused *agi.Error
	if err := s.Playback(ctx, "nothing", ""); !errors.As(err, &refused) || !strings.Contains(err.Error(), "Playback nothing: FAILED") {
		t.Errorf("Playback of nothing = %v", err)
	}
	if err := s.Transfer(ctx, "PJSIP/100"); !errors.As(err, &refused) || !strings.Contains(err.Error(), "Transfer PJSIP/100: ") {
		t.Errorf("Transfer of a Local channel = %v", err)
	}
}

func checkQueue(t *testing.T, _ pbx, ctx context.Context, s *agi.Session) {
	got, err := s.Queue(ctx, "empty", "", "", "", "1")
	if err != nil || got != agi.QueueTimeout && got != agi.QueueJoinEmpty {
		t.Errorf("Queue = %q, %v", got, err)
	}
	if got, err := s.Queue(ctx, "nothing"); got != agi.QueueUnknown || err != nil {
		t.Errorf("Queue of nothing = %q, %v", got, err)
	}
}

// checkConference has another leg of the conference kick ours.
func checkConference(t *testing.T, p pbx, ctx context.Context, s *agi.Session) {
	joined := p.ami.Subscribe(event.And(event.Named("ConfbridgeJoin"), event.Where("Channel", s.Env.Channel)), nil)
	var kick sync.WaitGroup
	// Ends when the caller has joined and is thrown out; the test waits for it.
	kick.Go(func() {
		defer joined.Close()
		for range joined.All(ctx) {
			if _, err := p.ami.Do(ctx, action.ConfbridgeKick{Conference: "agi-kick", Channel: s.Env.Channel}); err != nil {
				t.Error(err)
			}
			return
		}
	})
	got, err := s.Conference(ctx, "agi-kick")
	kick.Wait()
	if got != agi.ConferenceKicked || err != nil {
		t.Errorf("Conference = %q, %v", got, err)
	}
}

func checkMenu(t *testing.T, _ pbx, ctx context.Context, s *agi.Session) {
	begin := time.Now()
	menu := agi.Menu{Prompt: "beep", Invalid: "beep", Choices: []string{"1"}, Timeout: 50 * time.Millisecond, Tries: 2}
	if got, err := s.Choose(ctx, menu); got != "" || err != nil {
		t.Errorf("Choose = %q, %v", got, err)
	}
	if spent := time.Since(begin); spent < 3*400*time.Millisecond {
		t.Errorf("three beeps in %v", spent)
	}
}

func checkGosub(t *testing.T, p pbx, ctx context.Context, s *agi.Session) {
	for _, line := range []string{
		"dialplan add extension sub,1,Set,GOT=${ARG1}-${ARG2} into agisub replace",
		"dialplan add extension sub,2,Return,back into agisub replace",
		"dialplan add extension lost,1,NoOp, into agisub replace",
	} {
		if _, err := ami.Command(ctx, p.ami, line); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Gosub(ctx, agi.Location{Context: "agisub", Extension: "sub"}, "a b", "c"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"GOT": "a b-c", "GOSUB_RETVAL": "back"} {
		if got, _, err := s.GetVariable(ctx, name); got != want || err != nil {
			t.Errorf("%s = %q, %v, want %q", name, got, err, want)
		}
	}
	if err := s.Gosub(ctx, agi.Location{Context: "agisub", Extension: "lost", Priority: "1"}); err == nil || !strings.Contains(err.Error(), "without a Return") {
		t.Errorf("a subroutine without Return: %v", err)
	}
	if err := s.NoOp(ctx); err != nil {
		t.Error(err)
	}
}
