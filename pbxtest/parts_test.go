package pbxtest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

var centre = pbxtest.Config{
	Phones: []pbxtest.Phone{
		{ID: "100", Name: "Ann", Context: "office"}, {ID: "101", Name: "Bea", Context: "office", AnswerAfter: 2 * time.Second},
		{ID: "102", Name: "Cem", Context: "office"},
	},
	Queues: []pbxtest.Queue{{Name: "sales", Members: []pbxtest.Member{{Interface: "PJSIP/101", Name: "Bea"}}}},
	Dialplan: `
[office]
exten => _1XX,1,Dial(PJSIP/${EXTEN},20)
 same => n,Hangup()
exten => 600,1,Answer()
 same => n,Queue(sales)
exten => 700,1,Answer()
 same => n,ConfBridge(7)
`,
}

// TestParts has a model see queues, conferences and parked calls.
func TestParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := open(t, &centre)
		parts := []live.PartName{live.PartCalls, live.PartQueues, live.PartConferences, live.PartParking, live.PartDevices}
		model, err := live.Watch(t.Context(), client, &live.Config{Parts: parts})
		if err != nil {
			t.Fatal(err)
		}
		defer model.Close()
		for _, part := range model.Parts() {
			if !part.Complete {
				t.Errorf("%v, want it complete", part)
			}
		}
		take(t, pbx, "100").call("600")
		take(t, pbx, "102").call("700")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		view := model.View()
		for member := range view.Members("sales") {
			if member.Status != 2 {
				t.Errorf("%v, want it in use", member)
			}
		}
		conferences := 0
		for range view.Conferences() {
			conferences++
		}
		if conferences != 1 {
			t.Errorf("%d conferences, want 1", conferences)
		}
		channels, err := ami.List(t.Context(), client, action.CoreShowChannels{})
		if err != nil || len(channels) != 3 {
			t.Errorf("CoreShowChannels = %v, %v, want three", channels, err)
		}
		if _, err := client.Do(t.Context(), action.Park{Channel: channels[0].Channel, TimeoutChannel: channels[0].Channel}); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		time.Sleep(time.Second)
		for parked := range model.View().ParkedCalls() {
			t.Log(parked)
		}
	})
}
