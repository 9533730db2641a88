package agi_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// What follows is the Go of docs/agi.md, so that it compiles: TestGuideCompiles
// looks for each of its lines here.

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

var _ = func() {
	var main = func() { agi.Main(agi.HandlerFunc(pin)) }
	main()
}

func guideServer(ivr agi.HandlerFunc) error {
	mux := fastagi.NewMux()
	mux.Handle("/pin", agi.HandlerFunc(pin))
	mux.Handle("/ivr/{lang}", agi.HandlerFunc(ivr)) // fastagi.PathValue(ctx, "lang")
	server := &fastagi.Server{Addr: "127.0.0.1:4573", Handler: mux, Logger: slog.Default()}
	err := server.ListenAndServe()
	return err
}

func guideManager(ctx context.Context, secret string) error {
	client, err := ami.Connect(ctx, "pbx.example.com", &ami.Config{Username: "ivr", Secret: secret})
	if err != nil {
		return err
	}
	server := &asyncagi.Server{Handler: agi.HandlerFunc(pin)}
	err = server.Serve(ctx, client)
	return err
}

func guideAsk(ctx context.Context, s *agi.Session, isPhone func(string) bool) []any {
	choice, err := s.Choose(ctx, agi.Menu{
		Prompt: "basic-pbx-ivr-main", Invalid: "pm-invalid-option", Choices: []string{"1", "2", "0"}, Timeout: 5 * time.Second,
	})
	number, ok, err := s.Ask(ctx, agi.Question{Prompt: "vm-extension", Maximum: 3, Accept: isPhone})
	played, err := s.StreamFile(ctx, "demo-instruct", "#") // played.Digit is "#" or ""
	return []any{choice, number, ok, played, err}
}

func guideReach(ctx context.Context, s *agi.Session) (agi.Dialed, error) {
	dialed, err := s.Dial(ctx, "PJSIP/100", 20*time.Second, "gU(agi-talk)")
	// dialed.Status, dialed.Talked: also when the caller has hung up and err is agi.ErrHangup
	return dialed, err
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

func TestGuideCompiles(t *testing.T) {
	guide, err := os.ReadFile("../docs/agi.md")
	if err != nil {
		t.Fatal(err)
	}
	this, err := os.ReadFile("guide_test.go")
	if err != nil {
		t.Fatal(err)
	}
	have := trimmed(string(this))
	blocks := strings.Split(string(guide), "```go\n")[1:]
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		want := trimmed(strings.Replace(block, "func main() {", "var main = func() {", 1))
		if !strings.Contains("\n"+strings.Join(have, "\n")+"\n", "\n"+strings.Join(want, "\n")+"\n") {
			t.Errorf("guide_test.go does not hold this code of docs/agi.md:\n%s", block)
		}
	}
	if len(blocks) < 9 {
		t.Errorf("%d pieces of Go in docs/agi.md", len(blocks))
	}
}

// trimmed are the lines without indentation, without the lines that a guide does
// not show.
func trimmed(text string) []string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}
