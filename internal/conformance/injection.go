package conformance

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// injection: what could be read as more than a value does not leave.
func (p *place) injection(t *testing.T) {
	s := p.open(t, "all")
	for _, evil := range []string{"x\r\nAction: Command\r\nCommand: core stop now", "x\nAction: Ping", "x\rAction: Ping", "x\x00y"} {
		for _, a := range []action.Action{
			action.Setvar{Variable: "V", Value: evil}, action.Setvar{Variable: evil, Value: "v"}, action.Getvar{Variable: evil},
			action.UserEvent{UserEvent: evil}, action.UserEvent{UserEvent: "U", Fields: []action.Field{{Key: evil, Value: "v"}}},
			action.Originate{Channel: "Local/" + evil, Application: "NoOp"}, action.Hangup{Channel: evil}, action.Command{Command: evil},
			action.New(evil), action.New("Ping", evil, "v"), action.New("Ping", "K", evil),
		} {
			if _, err := s.Do(deadline(t, 5*time.Second), a); !errors.Is(err, ami.ErrInvalid) || errors.Is(err, ami.ErrNotSent) {
				t.Errorf("Do(%#v) = %v, want %v", a, err, ami.ErrInvalid)
			}
		}
	}
	var many []string
	for range 127 {
		many = append(many, "Variable", "A=1")
	}
	for name, a := range map[string]action.Action{
		"too many fields": action.New("Ping", many...),
		"a long field":    action.Setvar{Variable: "V", Value: strings.Repeat("x", 50_000)},
		"Action twice":    action.New("Ping", "Action", "Command"),
		"a blank first":   action.Setvar{Variable: "V", Value: " x"},
	} {
		if _, err := s.Do(deadline(t, 5*time.Second), a); !errors.Is(err, ami.ErrInvalid) || errors.Is(err, ami.ErrNotSent) {
			t.Errorf("%s: Do = %v, want %v", name, err, ami.ErrInvalid)
		}
	}
	if _, err := s.Do(deadline(t, 5*time.Second), action.New("Ping", many[:2*126]...)); err != nil {
		t.Errorf("Do with 128 fields = %v", err)
	}
}
