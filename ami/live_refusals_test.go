package ami_test

import (
	"errors"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// Every refusal that means "no right" is ErrPermissionDenied and says which
// right it is, whatever its words are on this server; what fails for another
// reason is none.
func TestLiveNoRight(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		crm, all := connect(t, s, "crm", nil), connect(t, s, "all", nil)
		run := func(application, data string) action.Action {
			return action.Originate{Channel: "Local/answer-short@outcome", Application: application, Data: data, Async: true}
		}
		for _, test := range []struct {
			conn *ami.Conn
			a    action.Action
			says string // empty: not for want of a right
		}{
			{crm, run("System", "true"), "write=system"},
			{crm, run("AGI", "x"), "write=system"},
			{crm, run("Originate", "x"), "write=system"},
			{crm, run("NoOp", "${SHELL(true)}"), "write=system"},
			{crm, action.Getvar{Variable: "SHELL(true)"}, "write=system"},
			{crm, action.Getvar{Variable: "EVAL(x)"}, "write=system"},
			{crm, action.Status{Variables: []string{"SHELL(true)"}}, "write=system"},
			{crm, action.Command{Command: "core show uptime"}, "write=command"},
			{crm, action.DBPut{Family: "f", Key: "k", Val: "v"}, "write=system"},
			{crm, action.Setvar{Variable: "SHELL(true)", Value: "x"}, ""},
			{all, action.GetConfigJSON{Filename: "/etc/passwd"}, "live_dangerously"},
			{all, action.UpdateConfig{SrcFilename: "manager.conf", DstFilename: "/etc/elsewhere.conf"}, "live_dangerously"},
			{all, action.Command{Command: "module load x"}, "no user"},
			{all, action.Command{Command: "no such command"}, ""},
			{all, action.GetConfig{Filename: "no-such.conf"}, ""},
		} {
			_, err := test.conn.Do(deadline(t, 10*time.Second), test.a)
			var refusal *ami.Error
			if !errors.As(err, &refusal) {
				t.Errorf("%#v = %v, want a refusal", test.a, err)
				continue
			}
			t.Log(err)
			if denied := errors.Is(err, ami.ErrPermissionDenied); denied != (test.says != "") {
				t.Errorf("%#v = %v: ErrPermissionDenied: %v", test.a, err, denied)
			}
			if test.says != "" {
				wantError(t, "Do", err, nil, test.says)
			}
		}
		for _, a := range []action.Action{run("NoOp", "DB"), action.Getvar{Variable: "EVAL(x)"}} {
			if _, err := all.Do(deadline(t, 10*time.Second), a); err != nil {
				t.Errorf("who may do everything: %v", err)
			}
		}
	})
}
