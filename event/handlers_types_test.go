package event

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/compare"
	"github.com/asterisk-go/asterisk-go/transport"
)

// A function for a type gets what decoding gives, of an event in order and of one
// that is odd.
func TestHandlersGetWhatDecodeGives(t *testing.T) {
	for _, typ := range everyType() {
		if typ.marker {
			continue
		}
		fields, err := Encode(typ.zero)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{fields.String(), fields.String() + "ActionID: 1\r\nActionID: 2\n"} {
			want := transport.ParseFields(text)
			var hub Hub
			sub := hub.Subscribe(typ.filter, nil)
			var on Handlers
			var got []Event
			typ.on(&on, func(ev Event) { got = append(got, ev) })
			hub.Publish(transport.NewBlock(want))
			if err := sub.Handle(t.Context(), &on); err != nil || len(got) != 1 {
				t.Errorf("%T: %d calls, %v", typ.zero, len(got), err)
				continue
			}
			if diff := compare.Diff(withoutBase(Decode(want)), withoutBase(got[0])); diff != "" || !got[0].Fields().Equal(want) || got[0].Doubt() != Decode(want).Doubt() {
				t.Errorf("%T: Doubt %v, differs (-want +got):\n%s", typ.zero, got[0].Doubt(), diff)
			}
			hub.Close(nil)
		}
	}
}
