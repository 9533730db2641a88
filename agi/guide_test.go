package agi_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
)

// What follows is Go of docs/agi.md that is run here: see TestGuideHasThem.

func pin(ctx context.Context, s *agi.Session) error {
	if err := s.Answer(ctx); err != nil {
		return err
	}
	input, err := s.GetData(ctx, "agent-pass", 5*time.Second, 4)
	if err != nil || input.Digits != "0042" { // a text: "42" is another
		return err
	}
	return s.SetVariable(ctx, "PIN_OK", "yes") // the last command
}

func guideBill(ctx context.Context, s *agi.Session, trunk string) error {
	dialed, err := s.Dial(ctx, trunk, 30*time.Second, "U(agi-talk)")
	bill := s.SetVariable(ctx, "BILLED", dialed.Talked.String()) // works after the hangup
	return errors.Join(bill, err)                                // ErrHangup alone is no failure, a bill that fails is
}

func guideEvents(ctx context.Context, s *agi.Session, client interface {
	Subscribe(event.Filter, *ami.SubscribeConfig) *event.Subscription
}) (*event.Subscription, error) {
	linkedid, _, err := s.GetVariable(ctx, "CHANNEL(linkedid)")
	if err != nil {
		return nil, err
	}
	return client.Subscribe(event.Where("Linkedid", linkedid), nil), nil
}

func TestGuidePIN(t *testing.T) {
	call := agitest.Start(t, agi.HandlerFunc(pin), nil)
	call.Expect("ANSWER").Success()
	call.Expect("GET DATA", "agent-pass", "5000", "4").Result("0042")
	call.Expect("SET VARIABLE", "PIN_OK", "yes").Success()
	if err := call.Wait(); err != nil {
		t.Error(err)
	}
}

// A caller without the PIN gets SUCCESS, too: it is no gate.
func TestGuidePINWrong(t *testing.T) {
	call := agitest.Start(t, agi.HandlerFunc(pin), &agitest.Config{Automatic: true, Digits: "42#"})
	err := call.Wait()
	if _, ok := call.Variable("PIN_OK"); ok || err != nil || call.Status() != "SUCCESS" {
		t.Errorf("PIN_OK set: %t, %v, %s", ok, err, call.Status())
	}
}

// The bill of the guide fails the call when it fails.
func TestGuideBill(t *testing.T) {
	call := agitest.Start(t, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error { return guideBill(ctx, s, "PJSIP/1@x") }), nil)
	call.Expect("CHANNEL STATUS").Result("4")
	dial := call.Expect("EXEC")
	call.Hangup()
	dial.Fail()
	for command := call.Next(); command != nil; command = call.Next() {
		if command.Name == "SET VARIABLE" {
			command.Usage() // is refused
			continue
		}
		command.Unset()
	}
	if err := call.Wait(); !agi.Failed(err) || !errors.Is(err, agi.ErrHangup) || call.Status() != "FAILURE" {
		t.Errorf("Wait() = %v, %s, want a failure and the hangup", err, call.Status())
	}
}

// What is tested here stands in the guide, line by line.
func TestGuideHasThem(t *testing.T) {
	guide, err := os.ReadFile("../docs/agi.md")
	if err != nil {
		t.Fatal(err)
	}
	this, err := os.ReadFile("guide_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pin", "guideBill"} {
		_, body, _ := strings.Cut(string(this), "\nfunc "+name+"(")
		body, _, _ = strings.Cut(body, "\n}\n")
		lines := strings.Split(body, "\n")[1:]
		if len(lines) < 3 {
			t.Fatalf("%s has %d lines", name, len(lines))
		}
		for _, line := range lines {
			if line = strings.TrimSpace(line); !strings.Contains(string(guide), line) {
				t.Errorf("docs/agi.md has not this line of %s: %s", name, line)
			}
		}
	}
}
