package pbx_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

func bounded(t *testing.T) *pbx.Machine {
	t.Helper()
	m, err := pbx.New(&pbx.Config{
		Version: asterisk.Version{Major: 22}, Now: start, Event: func(pbx.Event) {}, MaxVariables: 1 << 20,
		Phones: []pbx.PhoneConfig{{ID: "100", Context: "a"}, {ID: "101", Context: "a", Called: pbx.Called{Answer: time.Second}}, {ID: "102", Context: "a"}},
		Queues: []pbx.QueueConfig{{Name: "desk"}},
		Dialplan: `[a]
exten => _1XX,1,Dial(PJSIP/${EXTEN},20)
exten => 2,1,Set(A=xxxxxxxx)
 same => n(again),Set(A=${A}${A})
 same => n,Goto(again)
exten => 3,1,Dial(PJSIP/nobody)
 same => n,Goto(3,1)
exten => 4,1,AGI(agi:async)
exten => _r.,1,ConfBridge(${EXTEN})
`,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// What calls need is forgotten with them, however long they might have lasted, and whatever they were called.
func TestCallsAreForgotten(t *testing.T) {
	m, now := bounded(t), start
	for n := range 2000 {
		o := pbx.Originate{Channel: "PJSIP/102", Application: "Wait", Data: "1", Timeout: 1000 * time.Hour, ChannelID: fmt.Sprint("id", n),
			Variables: []pbx.Variable{{Name: fmt.Sprint("V", n), Value: strings.Repeat("x", 800)}}}
		if n%2 == 0 {
			o.Channel = fmt.Sprintf("Local/r%d@a", n)
		}
		if err := m.Originate(o, nil); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
		m.Run(now)
		for _, c := range m.Channels() {
			_ = m.Hangup(c.Name, 0) // it may have ended with another one
		}
		now = now.Add(time.Second)
		m.Run(now)
	}
	now = now.Add(10 * time.Second)
	m.Run(now)
	if n := len(m.Channels()); n > 0 {
		t.Fatalf("%d channels are left", n)
	}
	if alarms, _, variables := m.Kept(); alarms > 0 || variables > 0 {
		t.Errorf("%d alarms and %d bytes of variables are kept of calls that have ended", alarms, variables)
	}
	if _, devices, _ := m.Kept(); devices > 2000 { // conferences; none of a Local channel
		t.Errorf("%d devices are kept", devices)
	}
}

// A dialplan that goes round in circles takes no more memory with time.
func TestCirclesAreBounded(t *testing.T) {
	m, now := bounded(t), start
	m.Phone("100").Dial("2")
	m.Phone("102").Dial("3")
	for range 20 {
		now = now.Add(time.Second)
		m.Run(now)
	}
	if _, _, variables := m.Kept(); variables > 20_000 {
		t.Errorf("%d bytes of variables", variables)
	}
	cdrs := 0
	for _, c := range m.Channels() {
		cdrs = max(cdrs, m.Records(c.Name))
	}
	if cdrs == 0 || cdrs > 1000 {
		t.Errorf("a channel has %d records", cdrs)
	}
}

// Who adds what nothing takes away is refused in the end.
func TestAddedIsBounded(t *testing.T) {
	m := bounded(t)
	members, commands := 0, 0
	for n := range 2000 {
		err := m.QueueAdd("desk", pbx.MemberConfig{Interface: fmt.Sprintf("Local/%d@a", n)}, true)
		if err == nil {
			members++
		} else if !errors.Is(err, pbx.ErrTooMany) {
			t.Fatal(err)
		}
	}
	channel := m.Phone("100").Dial("4")
	m.Run(start)
	for range 2000 {
		err := m.AsyncCommand(channel, "EXEC Wait 1000", "")
		if err == nil {
			commands++
		} else if !errors.Is(err, pbx.ErrTooMany) {
			t.Fatal(err)
		}
	}
	if members != 1000 || commands != 1000 {
		t.Errorf("%d members and %d commands, want 1,000 each", members, commands)
	}
	if err := m.QueueRemove("desk", "Local/1@a"); err != nil {
		t.Fatal(err)
	}
	if err := m.QueueAdd("desk", pbx.MemberConfig{Interface: "Local/2000@a"}, true); err != nil {
		t.Errorf("nobody can be added to a queue that was full: %v", err)
	}
}
