package ami_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// ownQuestion is a user's own Asker.
type ownQuestion struct{ action.Action }

func (ownQuestion) Answer(response transport.Fields, _ []event.Event) (int, bool) {
	return len(response.Get("Ping")), response.Get("Ping") != ""
}

// Ask returns the one value of an answer with its type, a refusal as it is, and an
// error where a response holds no answer.
func TestAsk(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) {
			switch name := a.Get("Variable"); name {
			case "REFUSED":
				p.Error(a, "No such channel")
			case "NOTHING":
				p.Success(a)
			default:
				p.Success(a, "Variable", name, "Value", "value of "+name)
			}
		})
		p.Handle("ModuleCheck", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Module not loaded") })
		p.Handle("DBGet", func(p *amitest.Peer, a amitest.Action) {
			p.List(a, "DBGetComplete", []string{"Event", "DBGetResponse", "Family", "f", "Key", "k", "Val", "v"})
		})
	}, func(t *testing.T, c *ami.Conn) {
		ctx := t.Context()
		if got, err := ami.Ask(ctx, c, action.Getvar{Variable: "V"}); got != "value of V" || err != nil {
			t.Errorf("Ask(Getvar) = %q, %v", got, err)
		}
		if got, err := ami.Ask(ctx, c, action.DBGet{Family: "f", Key: "k"}); got != "v" || err != nil {
			t.Errorf("Ask(DBGet) = %q, %v", got, err)
		}
		if got, err := ami.Ask(ctx, c, action.ModuleCheck{Module: "m"}); got || err != nil {
			t.Errorf("Ask(ModuleCheck) = %v, %v", got, err)
		}
		if got, err := ami.Ask(ctx, c, ownQuestion{action.Ping{}}); got != 4 || err != nil {
			t.Errorf("Ask of an own action = %v, %v", got, err)
		}
		got, err := ami.Ask(ctx, c, action.Getvar{Variable: "REFUSED"})
		if wantError(t, "Ask", err, ami.ErrNoSuchChannel); got != "" {
			t.Errorf("Ask = %q with an error", got)
		}
		_, err = ami.Ask(ctx, c, action.Getvar{Variable: "NOTHING"})
		wantError(t, "Ask", err, nil, "ami: Getvar: the response holds no answer of type string")
	})
}

// A session of a user's own may wrap a refusal, or have one without a response.
func TestAskOfASessionOfOnesOwn(t *testing.T) {
	refusal := &ami.Error{Action: "ModuleCheck", Response: &ami.Response{Fields: transport.ParseFields("Response: Error\nMessage: Module not loaded\n")}}
	for name, test := range map[string]struct {
		err  error
		want error
	}{
		"wrapped":            {fmt.Errorf("third try: %w", refusal), nil},
		"without a response": {&ami.Error{Action: "ModuleCheck"}, errAny},
		"no refusal":         {ami.ErrOutcomeUnknown, errAny},
	} {
		loaded, err := ami.Ask(t.Context(), failing{err: test.err}, action.ModuleCheck{Module: "m"})
		if test.want == errAny && !errors.Is(err, test.err) || test.want == nil && err != nil || loaded {
			t.Errorf("%s: Ask = %v, %v", name, loaded, err)
		}
	}
}
