package scene

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/compare"
)

// Case is a method on a real server: what comes of it, and what its error says.
type Case struct {
	Name  string // of the command
	Call  func(ctx context.Context, s *agi.Session) (any, error)
	Want  any
	Fails string
}

// Check calls the method.
func (c Case) Check(ctx context.Context, s *agi.Session) error {
	got, err := c.Call(ctx, s)
	diff := compare.Diff(c.Want, got)
	switch {
	case c.Fails != "":
		if err == nil || !strings.Contains(err.Error(), c.Fails) || errors.Is(err, agi.ErrHangup) {
			return fmt.Errorf("%s: %+v, %v, want an error that says %q", c.Name, got, err, c.Fails)
		}
	case err != nil:
		return fmt.Errorf("%s: %w", c.Name, err)
	case diff != "":
		return fmt.Errorf("%s differs (-want +got): %s", c.Name, diff)
	}
	return nil
}

// AsWanted is the RESULT of cases that all were.
const AsWanted = "as wanted"

// commands plays the cases of a group: all of them, those that succeed, or one by its number.
func commands(ctx context.Context, s *agi.Session, group, which string) error {
	var wrong []error
	for i, c := range Commands[group] {
		if which == "all" || which == "successes" && c.Fails == "" || which == strconv.Itoa(i) {
			wrong = append(wrong, c.Check(ctx, s))
		}
	}
	if len(wrong) == 0 {
		return fmt.Errorf("no cases %s of %s", which, group)
	}
	if err := errors.Join(wrong...); err != nil {
		return errors.Join(err, tell(ctx, s, strings.ReplaceAll(err.Error(), "\n", "; ")))
	}
	if err := tell(ctx, s, AsWanted); !errors.Is(err, agi.ErrClosed) {
		return err
	}
	return nil // over AMI a case may end the session
}
