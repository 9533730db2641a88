package transport_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

// endless repeats its text.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(b []byte) (int, error) {
	n := copy(b, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

func TestReadingAllocates(t *testing.T) {
	const event = "Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/100-1\r\nCause-txt: Normal\r\n\r\n"
	for _, test := range []struct {
		name string
		want float64
		use  func(transport.Block)
	}{
		{"Next and Get", 0, func(b transport.Block) {
			if b.Get("cause-TXT") != "Normal" {
				t.Error("Get failed")
			}
		}},
		{"First and Second", 0, func(b transport.Block) {
			first, _ := b.First()
			second, _ := b.Second()
			if first != "Event" || second != "Privilege" {
				t.Error("First or Second failed")
			}
		}},
		{"Fields", 1, func(b transport.Block) {
			if f := b.Fields(); f.Get("Channel") == "" {
				t.Error("Get failed")
			}
		}},
	} {
		r := transport.NewReader(&endless{text: event}, nil)
		got := testing.AllocsPerRun(1000, func() {
			block, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			test.use(block)
		})
		if got != test.want {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.want)
		}
	}
}

func TestAllAllocatesNothing(t *testing.T) {
	f := transport.ParseFields("A: 1\r\nB: 2\r\n\r\nno colon\nC: 3")
	var n int
	got := testing.AllocsPerRun(100, func() {
		for _, value := range f.All() {
			n += len(value)
		}
	})
	if got != 0 {
		t.Errorf("All: %v allocations, want 0", got)
	}
}
