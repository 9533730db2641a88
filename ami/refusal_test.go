package ami_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/transport"
)

// failing is a session of a user's own, of which only Do is used.
type failing struct {
	ami.Session
	err error
}

func (f failing) Do(context.Context, action.Action) (*ami.Response, error) { return nil, f.err }

// Command gives the lines of a refusal whatever is wrapped around it, and none of
// one that has no answer.
func TestCommandOfASessionOfOnesOwn(t *testing.T) {
	refusal := &ami.Error{Action: "Command", Response: &ami.Response{
		Fields: transport.ParseFields("Response: Error\nMessage: Command output follows\nOutput: No such command\n"),
	}}
	for name, test := range map[string]struct {
		err   error
		lines []string
	}{
		"refused":            {refusal, []string{"No such command"}},
		"wrapped":            {fmt.Errorf("third try: %w", refusal), []string{"No such command"}},
		"without a response": {&ami.Error{Action: "Command"}, nil},
		"no refusal":         {ami.ErrOutcomeUnknown, nil},
	} {
		lines, err := ami.Command(t.Context(), failing{err: test.err}, "nonsense")
		if !slices.Equal(lines, test.lines) || !errors.Is(err, test.err) {
			t.Errorf("%s: Command = %q, %v, want %q and the error as it is", name, lines, err, test.lines)
		}
	}
}
