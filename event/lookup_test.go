package event

import (
	"fmt"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

// candidates is how many subscriptions a hub looks at for an event.
func candidates(h *Hub, b transport.Block) (n int) {
	name, _ := nameOf(b.First())
	for _, to := range []*bucket{h.index.find(name), &h.index.any} {
		if to == nil {
			continue
		}
		n += len(to.plain)
		for _, d := range to.demand {
			if value, ok := demandedValue(b, d.key); ok {
				n += len(d.byValue[value])
			}
		}
	}
	return n
}

// aCall is the filter of an Originate, as package ami makes it.
func aCall(id int) Filter {
	uniqueid := fmt.Sprintf("go-%d", id)
	return Or(
		And(Or(Of[OriginateResponse](), Of[Newchannel](), Of[Newstate](), Of[Rename](), Of[HangupRequest](), Of[Hangup]()), Where("Uniqueid", uniqueid)),
		And(Of[DialBegin](), Where("DestUniqueid", uniqueid)),
		And(Of[OriginateResponse](), Where("ActionID", uniqueid)),
		And(Of[Hangup](), Where("Channel", fmt.Sprintf("PJSIP/%d", id))))
}

// Of a thousand calls that wait, an event of another channel concerns none, and
// one of a call's channel that call's subscription alone.
func TestThousandCallsCostAnEventALookUp(t *testing.T) {
	for _, test := range []struct {
		name   string
		filter func(id int) Filter
	}{
		{"a call", aCall},
		{"or", func(id int) Filter {
			return Or(Where("Uniqueid", fmt.Sprintf("go-%d", id)), Where("DestUniqueid", fmt.Sprintf("go-%d", id)))
		}},
		{"and of or", func(id int) Filter {
			return And(Named("Hangup", "DialBegin"), Or(Where("Uniqueid", fmt.Sprintf("go-%d", id)), Where("DestUniqueid", fmt.Sprintf("go-%d", id))))
		}},
	} {
		var hub Hub
		for id := range 1000 {
			sub := hub.Subscribe(Or(), nil)
			sub.SetFilter(test.filter(id))
			defer sub.Close()
		}
		for text, want := range map[string]int{
			"Event: Hangup\r\nChannel: PJSIP/other\r\nUniqueid: other\r\n":                               0,
			"Event: DialBegin\r\nUniqueid: other\r\nDestUniqueid: other\r\n":                             0,
			"Event: Hangup\r\nChannel: PJSIP/other\r\nUniqueid: go-7\r\n":                                1,
			"Event: DialBegin\r\nUniqueid: other\r\nDestUniqueid: go-999\r\n":                            1,
			"Event: Hangup\r\nCallerIDNum: 1\r\nUniqueid: go-7\r\nUniqueid: go-8\r\nCallerIDName: x\r\n": 0, // in doubt
		} {
			if got := candidates(&hub, transport.NewBlock(transport.ParseFields(text))); got != want {
				t.Errorf("%s: %q concerns %d subscriptions, want %d", test.name, text, got, want)
			}
		}
	}
}
