package agi_test

import (
	"net/url"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/scene"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// What SIP lets a caller supply as the number, and as the number that is
// dialled.
var strange = []struct{ number, dialled string }{
	{"1\n\n200 result=1234", "200"},
	{"2\n\n200 result=1 (x", "200"},
	{"1\n\nHANGUP", "200"},
	{"1\nagi_network_script: admin\nagi_arg_1: failure", "200"},
	{"1\nagi_uniqueid: 1795953045.12\nagi_channel: PJSIP/100-00000001", "200"},
	{"1\n\n520-x", "1\r\n\r\n200 result=1234"},
	{"100", "1\nagi_priority: 1\nagi_enhanced: 0\nagi_accountcode: \nagi_threadid: 1\n\nHANGUP"},
	{"100", "1\nagi_priority:\nagi_enhanced:\nagi_accountcode:\nagi_threadid: 1\n\n200 result=1234"},
}

// strangers calls target with each of them.
func strangers(t *testing.T, s *lab.Server, target string) {
	for _, given := range strange {
		number, dialled := url.PathEscape(given.number), url.PathEscape(given.dialled)
		t.Run(number+" to "+dialled, func(t *testing.T) {
			got := visit.Enter(t, s, visit.Call{
				Extension: "stranger", Target: target + ",stranger," + number + "," + dialled,
				Variables: []asterisk.Variable{{Name: "__NUM", Value: number}, {Name: "__NAME", Value: "A"}, {Name: "__DIALLED", Value: dialled}},
			}).End(t)
			if want := (visit.End{Status: "SUCCESS", Result: scene.AsWanted}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestLiveStrangers(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		for _, tr := range transports {
			if tr.name == async {
				continue // there nothing is read from a stream: package asyncagi has tests of its own
			}
			t.Run(tr.name, func(t *testing.T) { strangers(t, s, tr.open(t, s)) })
		}
	})
}

// In the extension h the channel has hung up, and what looks like the notice of
// that still is none.
func TestLiveDeadStranger(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		for _, tr := range transports {
			if tr.name == async {
				continue
			}
			t.Run(tr.name, func(t *testing.T) {
				got := visit.Enter(t, s, visit.Call{
					Extension: "deadstranger", Target: tr.open(t, s) + ",dead",
					Variables: []asterisk.Variable{{Name: "__NUM", Value: "1%0a%0aHANGUP"}},
				}).End(t)
				if want := (visit.End{Status: "SUCCESS", Result: "dead"}); got != want {
					t.Errorf("got %+v, want %+v", got, want)
				}
			})
		}
	})
}
