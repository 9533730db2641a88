package live

import (
	"regexp"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

var (
	uniqueIDs = regexp.MustCompile(`\b1[0-9]{9}\.([0-9]+)\b`)
	bridgeIDs = regexp.MustCompile(`\b[0-9a-f]{8}-([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b`)
)

// linkedIDs finds the Linkedids in facts: each comes after the Uniqueid and the name.
var linkedIDs = regexp.MustCompile(`(?m)^([0-9]\S* \S+) \S*`)

// restarted is the same calls on a server that has restarted: with other Uniqueids and bridges, and the names of before.
func restarted(events []event.Event) (all []event.Event) {
	for _, ev := range events {
		text := uniqueIDs.ReplaceAllString(ev.Fields().String(), "1999999999.$1")
		text = bridgeIDs.ReplaceAllString(text, "99999999-$1")
		all = append(all, decoded(transport.ParseFields(text), ev.Received()))
	}
	return all
}

// After a gap in which the server has restarted, and uses the names of channels again, the lists are right at once, whatever
// Asterisk answers, and when.
func TestNamesThatARestartUsesAgain(t *testing.T) {
	for _, name := range captures {
		for _, version := range []string{"-16", "-22"} {
			old := ticketed(capture(t, name+version))
			events := restarted(old)
			for n := 0; n <= len(events); n += 7 {
				for _, answers := range []string{"none", "at once", "late"} {
					pbx := truth(t, events, n)
					f := follow(t)
					f.state.asked = tickets.asked()
					f.takes(old[:n]...)
					f.asked = nil
					if answers == "at once" {
						f.answer = asking(pbx.state)
					}
					at := start.Add(time.Hour)
					f.takes(gap(at))
					f.takes(itemsOf(pbx.state, at)...)
					if answers == "late" {
						f.answer = asking(pbx.state)
					}
					f.takes(synced(at))
					got, want := facts(f.state), facts(pbx.state)
					if answers == "none" { // a Linkedid that is another channel's is not believed
						got, want = linkedIDs.ReplaceAllString(got, "$1"), linkedIDs.ReplaceAllString(want, "$1")
					}
					if got != want {
						t.Fatalf("%s, answers %s, after %d events: the state has\n%s\nwant\n%s", name+version, answers, n, got, want)
					}
					for c := range f.channels.all() {
						if c.Doubtful != (answers == "none") {
							t.Errorf("%s, answers %s, after %d events: %v", name+version, answers, n, c)
						}
					}
					ends(t, f.changes)
				}
			}
		}
	}
}

// An item that contradicts what is known names nobody else's channel.
func TestForgedItemAfterAGap(t *testing.T) {
	for _, id := range []string{"1.1", "9.9"} {
		for _, first := range []bool{true, false} {
			f := withVictim(t)
			f.takes(attacker.event("Newchannel"))
			f.answer = func(q question) answer {
				if q.name == attackerName {
					return answer{there: true, uniqueID: "1.2", linkedID: "1.2", state: "Up"}
				}
				return answer{there: true, uniqueID: "1.1", linkedID: "1.1", state: "Up"}
			}
			forged := attacker
			forged.id, forged.linked = id, "1.1"
			items := []event.Event{f.status(victim), f.status(forged)}
			if first {
				items[0], items[1] = items[1], items[0]
			}
			f.takes(gap(start))
			f.takes(items...)
			f.takes(synced(start))
			f.lives("1.1", id, first)
			f.takes(gap(start), f.status(attacker), f.status(victim), synced(start))
			f.lives("1.1", id, first)
			if c, ok := f.channels.get("1.2"); !ok || c.Doubtful || c.CallID != "1.2" || f.channels.size != 2 {
				t.Errorf("an item with %s, first %t: the attacker's channel is %v of %v", id, first, c, f.view())
			}
		}
	}
}

// lives wants the victim's channel and Call to live on, whatever item was forged.
func (f *follower) lives(id, forged string, first bool) {
	f.t.Helper()
	c, ok := f.channels.get(id)
	if !ok || c.Name != victimName || c.Doubtful || c.CallID != id || c.LinkedID != id {
		f.t.Errorf("an item with %s, first %t: the victim's channel is %v", forged, first, c)
	}
	if call, ok := f.calls.get(id); !ok || !call.Live() || len(call.Parties) != 1 || len(call.Channels) != 1 {
		f.t.Errorf("an item with %s, first %t: the victim's call is %v", forged, first, call)
	}
	for _, change := range f.changes {
		if c, ok := change.(Changed[Channel]); ok && c.After.UniqueID == id && c.Kind == KindRemoved {
			f.t.Errorf("an item with %s, first %t: %v", forged, first, c)
		}
	}
}
