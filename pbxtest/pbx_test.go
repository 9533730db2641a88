package pbxtest_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

var office = pbxtest.Config{
	Phones: []pbxtest.Phone{
		{ID: "100", Name: "Ann", Context: "office"}, {ID: "101", Name: "Bea", Context: "office", AnswerAfter: 2 * time.Second},
		{ID: "102", Name: "Cem", Context: "office", Reject: 486}, {ID: "103", Name: "Dee", Context: "office", AnswerAfter: -1},
	},
	Dialplan: `
[office]
exten => _1XX,1,Dial(PJSIP/${EXTEN},20)
 same => n,Hangup()
`,
}

func open(t *testing.T, config *pbxtest.Config) (*pbxtest.PBX, *ami.Client) {
	t.Helper()
	pbx, err := pbxtest.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	return connect(t, pbx)
}

func connect(t *testing.T, pbx *pbxtest.PBX) (*pbxtest.PBX, *ami.Client) {
	t.Helper()
	client, err := ami.Connect(t.Context(), "pbx", &ami.Config{Dial: pbx.Dial, Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return pbx, client
}

func TestCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := open(t, &office)
		ends := client.Subscribe(event.Of[event.DialEnd](), nil)
		for number, want := range map[string]string{"101": "ANSWER", "102": "BUSY", "103": "NOANSWER"} {
			call := take(t, pbx, "100").call(number)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			e, err := ends.Next(ctx)
			cancel()
			if err != nil {
				t.Fatal(err)
			}
			if end := e.(event.DialEnd); string(end.DialStatus) != want {
				t.Errorf("101 calls %s: %v, want %s", number, end.DialStatus, want)
			}
			_ = call.Hangup() // it has ended where nobody took it
		}
		synctest.Wait()
		channels, err := ami.List(t.Context(), client, action.CoreShowChannels{})
		if err != nil || len(channels) > 0 {
			t.Errorf("CoreShowChannels = %v, %v, want none", channels, err)
		}
	})
}

// fixture is a PBX, a client of it and a model.
type fixture struct {
	*pbxtest.PBX
	t      *testing.T
	client *ami.Client
	model  *live.Model
	own    *pbxtest.Call // of 100
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	pbx, client := open(t, &office)
	model, err := live.Watch(t.Context(), client, &live.Config{Parts: []live.PartName{live.PartCalls, live.PartDevices}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = model.Close() })
	return &fixture{PBX: pbx, t: t, client: client, model: model}
}

// call has 100 call a number, and waits until they talk.
func (f *fixture) call(number string) {
	f.t.Helper()
	f.own = take(f.t, f.PBX, "100").call(number)
	time.Sleep(5 * time.Second)
	synctest.Wait()
}

func (f *fixture) hangUp() {
	f.t.Helper()
	if err := f.own.Hangup(); err != nil {
		f.t.Fatal(err)
	}
}

func TestModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		for _, part := range f.model.Parts() {
			if (part.Name == live.PartCalls || part.Name == live.PartDevices) && !part.Complete {
				t.Errorf("%v, want it complete", part)
			}
		}
		f.call("101")
		var calls []*live.Call
		for c := range f.model.View().Calls() {
			calls = append(calls, c)
		}
		if len(calls) != 1 || len(calls[0].Conversations) != 1 || len(calls[0].Conversations[0].Parties) != 2 {
			t.Errorf("%v, want one of two who talk", calls)
		}
		f.hangUp()
		synctest.Wait()
		for c := range f.model.View().Calls() {
			if c.Live() {
				t.Errorf("%v, want it ended", c)
			}
		}
	})
}
