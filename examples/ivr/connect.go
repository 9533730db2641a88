package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// connect asks for the number of a phone and calls it.
func (i *ivr) connect(ctx context.Context, s *agi.Session) error {
	number, ok, err := s.Ask(ctx, agi.Question{
		Prompt:  "vm-extension",
		Invalid: "pbx-invalid",
		Timeout: 5 * time.Second,
		Maximum: 3,
		Accept:  isPhone,
	})
	if err != nil || !ok {
		return err
	}
	dialed, err := s.Dial(ctx, fmt.Sprintf(i.dial, number), 20*time.Second, "gU(agi-talk)")
	if record := i.record(ctx, s, number, dialed); record != nil {
		return record
	}
	if err == nil && !dialed.Answered() {
		_, err = s.StreamFile(ctx, "vm-isunavail", "")
	}
	return err
}

// isPhone accepts what can't be anything but a phone of the house: what a caller keys in is not to be trusted with Dial.
func isPhone(digits string) bool {
	return len(digits) == 3 && digits[0] == '1' && strings.Trim(digits, "0123456789") == ""
}

// record leaves for the dialplan, and so for the CDR, what became of the call. It does so when the caller has hung up,
// too: the handler's context serves for that. IVR_TALKED is unknown if nobody has noted when the phone answered.
func (i *ivr) record(ctx context.Context, s *agi.Session, number string, d agi.Dialed) error {
	talked := fmt.Sprint(int(d.Talked.Seconds()))
	if d.TalkUnknown {
		talked = "unknown"
	}
	return s.SetVariables(ctx,
		agi.Variable{Name: "IVR_CHOICE", Value: number},
		agi.Variable{Name: "IVR_STATUS", Value: string(d.Status)},
		agi.Variable{Name: "IVR_TALKED", Value: talked},
	)
}
