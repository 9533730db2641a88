package gateway

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// storm makes random changes of Calls: of ten phones, each Party with a number, a name and IDs that nobody else has.
type storm struct {
	*rand.Rand
	state   *state
	pbx     *pbx
	calls   map[string]*live.Call
	doubted map[string]bool   // channels
	belongs map[string]string // the Call in which each Party was without a doubt
	serial  int
	at      time.Time
	allowed map[string]map[string]bool // what each device may be told of Parties: their numbers, names and IDs
	secrets map[string]string          // numbers, names and IDs that there are, and the device that they are of
}

func newStorm(seed uint64) *storm {
	s := newState(&Config{Servers: []Server{{}}})
	s.apply(s.servers[0], []live.Change{live.Changed[live.Server]{After: &live.Server{State: live.ServerCurrent}}})
	return &storm{Rand: rand.New(rand.NewPCG(seed, 1)), state: s, pbx: s.servers[0], calls: make(map[string]*live.Call), doubted: make(map[string]bool), belongs: make(map[string]string),
		at: time.Now(), allowed: make(map[string]map[string]bool), secrets: make(map[string]string)}
}

func (s *storm) id(what string) string {
	s.serial++
	return fmt.Sprintf("%s%07dx", what, s.serial)
}

// newParty is one that begins.
func (s *storm) newParty(dialledBy string) live.Party {
	p := live.Party{ID: s.id("id"), Device: fmt.Sprintf("PJSIP/%d", 100+s.IntN(10)), Number: s.id("number"), Name: s.id("name"), DialledBy: dialledBy, Dialled: dialledBy != "",
		Began: s.at}
	p.UniqueID = p.ID
	for _, secret := range []string{p.ID, p.Number, p.Name} {
		s.secrets[secret] = p.Device
	}
	return p
}

// living are the Parties of a Call that take part, but those in doubt.
func (s *storm) living(c *live.Call) (all []*live.Party) {
	for i := range c.Parties {
		if p := &c.Parties[i]; p.Left.IsZero() && !s.doubted[p.ID] {
			all = append(all, p)
		}
	}
	return all
}

// step changes something, and returns the changes.
func (s *storm) step() []live.Change {
	s.at = s.at.Add(time.Duration(s.IntN(4000)) * time.Millisecond)
	if len(s.calls) == 0 || s.IntN(6) == 0 {
		c := &live.Call{ID: s.id("call"), Began: s.at, Parties: []live.Party{s.newParty("")}}
		c.From = live.Caller{Number: c.Parties[0].Number, Name: c.Parties[0].Name, Device: c.Parties[0].Device}
		return s.shows(c)
	}
	ids := slices.Sorted(maps.Keys(s.calls))
	before := s.calls[ids[s.IntN(len(ids))]]
	c := *before
	c.Parties, c.Conversations = slices.Clone(c.Parties), slices.Clone(c.Conversations)
	there := s.living(&c)
	switch {
	case !c.Ended.IsZero():
		if s.IntN(3) == 0 {
			delete(s.calls, c.ID)
			return []live.Change{live.Changed[live.Call]{Kind: live.KindRemoved, After: &c}}
		}
		return nil
	case s.IntN(12) == 0:
		return s.doubts(&c)
	case s.IntN(8) == 0 && len(ids) > 1:
		return s.merges(&c, ids)
	case len(there) == 0:
	case s.IntN(3) == 0:
		p := s.newParty(there[s.IntN(len(there))].ID)
		p.Ringing = s.at
		c.Parties = append(c.Parties, p)
	case s.IntN(2) == 0:
		there[s.IntN(len(there))].Answered = s.at
	case s.IntN(2) == 0 && len(there) > 1:
		c.Conversations = nil
		s.Shuffle(len(there), func(i, j int) { there[i], there[j] = there[j], there[i] })
		c.Conversations = append(c.Conversations, live.Conversation{Parties: []string{there[0].ID, there[1].ID}, Bridges: []string{"b"}})
		there[0].Answered, there[1].Answered = s.at, s.at
	default:
		s.leaves(&c, there[s.IntN(len(there))])
	}
	return s.shows(&c)
}

// leaves ends a Party, and with the last one the Call.
func (s *storm) leaves(c *live.Call, p *live.Party) {
	p.Left, p.Cause = s.at, 16
	c.Conversations = slices.DeleteFunc(c.Conversations, func(t live.Conversation) bool { return slices.Contains(t.Parties, p.ID) })
	if !slices.ContainsFunc(c.Parties, func(p live.Party) bool { return p.Left.IsZero() }) {
		c.Ended = s.at
	}
}

// doubts has a channel become doubtful, or no longer so.
func (s *storm) doubts(c *live.Call) []live.Change {
	p := &c.Parties[s.IntN(len(c.Parties))]
	if !p.Left.IsZero() {
		return nil
	}
	s.doubted[p.ID] = !s.doubted[p.ID]
	channel := &live.Channel{UniqueID: p.ID, Name: p.Device + "-1", CallID: c.ID, Doubtful: s.doubted[p.ID]}
	s.permits(c)
	return []live.Change{live.Changed[live.Channel]{Kind: live.KindUpdated, After: channel}}
}

// merges makes one Call of two.
func (s *storm) merges(into *live.Call, ids []string) []live.Change {
	from := *s.calls[ids[s.IntN(len(ids))]]
	if from.ID == into.ID || !from.Ended.IsZero() {
		return nil
	}
	into.Parties = append(into.Parties, from.Parties...)
	into.Conversations = append(into.Conversations, from.Conversations...)
	from.Merged, from.Ended = &live.Merged{Into: into.ID}, s.at
	delete(s.calls, from.ID)
	gone := live.Changed[live.Call]{Kind: live.KindRemoved, After: &from}
	if s.IntN(2) == 0 {
		return append(s.shows(into), gone)
	}
	return append([]live.Change{gone}, s.shows(into)...)
}

// shows is the change of a Call.
func (s *storm) shows(c *live.Call) []live.Change {
	s.calls[c.ID] = c
	s.permits(c)
	return []live.Change{live.Changed[live.Call]{Kind: live.KindUpdated, After: c}}
}

// permits notes who may be told what: of a Call who takes part in it, and of its Parties those who talk with one, ring for it, or are called by it.
func (s *storm) permits(c *live.Call) {
	may := func(p *live.Party, texts ...string) {
		if s.allowed[p.Device] == nil {
			s.allowed[p.Device] = make(map[string]bool)
		}
		for _, text := range texts {
			s.allowed[p.Device][text] = true
		}
	}
	for i := range c.Parties {
		p := &c.Parties[i]
		may(p, p.ID, p.Number, p.Name)
		if !p.Left.IsZero() {
			continue
		}
		if !s.doubted[p.ID] {
			s.belongs[p.ID] = c.ID
		}
		if !s.doubted[c.Parties[0].ID] && s.belongs[p.ID] == c.ID { // doubt takes no right away
			may(p, c.From.Number, c.From.Name)
		}
		if s.doubted[p.ID] {
			continue
		}
		for j := range c.Parties {
			q := &c.Parties[j]
			talks := slices.ContainsFunc(c.Conversations, func(t live.Conversation) bool {
				return slices.Contains(t.Parties, p.ID) && slices.Contains(t.Parties, q.ID)
			})
			rings := q.DialledBy == p.ID && q.Answered.IsZero() || p.DialledBy == q.ID && p.Answered.IsZero()
			if i != j && (talks || rings) && !s.doubted[q.ID] {
				may(p, q.Number, q.Name)
			}
		}
	}
}

var secret = regexp.MustCompile(`(id|number|name)[0-9]{7}x`)

// storms is how many there are.
func storms() uint64 {
	if lab.Full() {
		return 500
	}
	return 2
}

// Nobody receives a byte about others: their numbers, names and the IDs of their channels.
func TestNobodyElsesCalls(t *testing.T) {
	for seed := range storms() {
		s := newStorm(seed)
		clients := make(map[string]*browser)
		for i := range 11 { // the last one has no calls
			device := fmt.Sprintf("PJSIP/%d", 100+i)
			clients[device] = connected(t, viewOf(t, s.state, Rights{Own: []Ref{{Name: device}}}))
		}
		for range 300 {
			s.state.apply(s.pbx, s.step())
			for device, c := range clients {
				c.all.Reset()
				c.reads(-1)
				for _, secret := range secret.FindAllString(c.all.String(), -1) {
					if !s.allowed[device][secret] {
						t.Fatalf("seed %d: %s is told %s of %s:\n%s", seed, device, secret, s.secrets[secret], c.all.String())
					}
				}
			}
		}
		if n := len(clients["PJSIP/110"].objects); n != 2 { // Self and Server
			t.Errorf("seed %d: who has no calls has %d objects", seed, n)
		}
	}
}

// Whatever a client has missed, it has what its view has once it has read everything.
func TestClientsHaveWhatTheirViewHas(t *testing.T) {
	for seed := range storms() {
		s := newStorm(seed)
		s.state.config.ResumeBytes = []int{0, 20000}[seed%2]
		rights := []Rights{{Devices: []Ref{{Name: All}}}, {Own: []Ref{{Name: "PJSIP/100"}, {Name: "PJSIP/101"}}}, {Devices: []Ref{{Name: "PJSIP/103"}}, Hide: []string{"number"}, ShowDigits: 2}}
		var clients []*browser
		for i := range 12 {
			clients = append(clients, connected(t, viewOf(t, s.state, rights[i%len(rights)])))
		}
		resumed := 0
		for range 250 {
			s.state.apply(s.pbx, s.step())
			for _, c := range clients {
				switch s.IntN(12) {
				case 0, 1, 2:
					c.reads(-1)
				case 3:
					c.reads(1)
				case 4: // it comes back
					v := c.cursor.view
					s.state.release(v)
					again := viewOf(t, s.state, v.rightsFor(rights))
					if c.connects(again); c.fresh == nil {
						resumed++
					}
				case 5: // its rights change
					s.state.release(c.cursor.view)
					c.connects(viewOf(t, s.state, rights[s.IntN(len(rights))]))
				}
			}
		}
		for i, c := range clients {
			c.reads(-1)
			if want := c.cursor.view.values(); !maps.Equal(c.objects, want) {
				t.Fatalf("seed %d: client %d has\n%v\nwant\n%v", seed, i, c.objects, want)
			}
		}
		if seed%2 == 0 && resumed == 0 {
			t.Error("no client has resumed")
		}
	}
}

// rightsFor are those of a view.
func (v *view) rightsFor(all []Rights) Rights {
	i := slices.IndexFunc(all, func(r Rights) bool {
		c, err := v.state.compile(r)
		return err == nil && c.name == v.name
	})
	return all[i]
}

// values are the JSON of what is seen in a view.
func (v *view) values() map[string]string {
	all := make(map[string]string)
	for key, e := range v.entries {
		if e.record != nil {
			all[key] = string(e.record.now.encode(v.variant(e.record.now)).value())
		}
	}
	return all
}

// A frame is an Update.
func TestFrame(t *testing.T) {
	s := newStorm(1)
	v := viewOf(t, s.state, Rights{Devices: []Ref{{Name: All}}})
	for range 2000 {
		s.state.apply(s.pbx, s.step())
	}
	c, _ := v.cursor("", 0)
	frames := 0
	for f, _, _ := c.next(time.Now()); f != nil; f, _, _ = c.next(time.Now()) {
		frames++
		valid(t, "FromGateway", f.data())
		var u message.Update
		if err := json.Unmarshal(f.data(), &u); err != nil || u.Type != "update" {
			t.Fatalf("%v: %s", err, f.data())
		}
		if n := len(u.Put) + len(u.Delete); n > maxObjects || u.More != (u.Revision == 0) {
			t.Errorf("%d objects, more %t, revision %d", n, u.More, u.Revision)
		}
		if again, err := f.prepared(); err != nil || (again == nil) == f.shared {
			t.Errorf("prepared() = %v, %v", again, err)
		}
	}
	if frames < 2 {
		t.Errorf("the snapshot has %d frames", frames)
	}
}
