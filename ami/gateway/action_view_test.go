package gateway

import (
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// An Action is about what its user sees now: no other Party, whoever knows its key, and no Call after the user has left it.
func TestActorFindsWhatIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := newStateOf(&Config{})
		rights := Rights{Own: []Ref{{Name: "PJSIP/100"}}}
		a := s.actorOf(User{ID: "ann"}, rights, viewOf(t, s, rights))
		c := talk("1", "100", "101")
		s.apply(p, []live.Change{callOf(c)})
		own, ok := a.find(partyKeyOf("", "1.100"))
		if !ok || own.kind != message.KindParty || own.call != "1" || own.party.UniqueID != "1.100" || own.device != "PJSIP/100" {
			t.Errorf("the own Party is %+v, %t", own, ok)
		}
		if call, ok := a.find("call::1"); !ok || call.kind != message.KindCall || call.call != "1" {
			t.Errorf("the Call is %+v, %t", call, ok)
		}
		for _, key := range []string{partyKeyOf("", "1.101"), "call::2", "self", ""} {
			if found, ok := a.find(key); ok {
				t.Errorf("%q is found: %+v", key, found)
			}
		}
		next := talk("1", "101", "102")
		next.Parties = append(next.Parties, over(c).Parties[0])
		s.apply(p, []live.Change{callOf(next)})
		if found, ok := a.find("call::1"); ok {
			t.Errorf("a Call that the user has left is found: %+v", found)
		}
	})
}
