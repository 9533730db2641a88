package sipua_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/equal"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
	"github.com/asterisk-go/asterisk-go/pbxtest"
	"github.com/asterisk-go/asterisk-go/transport"
)

// maxPlays is how often a story is played on a real server until it has told each thing as pbxtest does: its threads race, and what they make
// of it differs from time to time.
const maxPlays = 4

// TestLiveHeldEqual plays stories on pbxtest and on real servers, and compares the events of each channel, bridge, record and device.
func TestLiveHeldEqual(t *testing.T) {
	for _, v := range lab.Versions() {
		if !lab.Full() && v != lab.V22 {
			continue
		}
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &storiesConfig)
			h := &heldEqual{server: s, phones: openPhones(t, t.Context(), s), absences: equal.NewAbsences(), differences: equal.AlwaysOf(int(v))}
			for _, story := range slices.Concat(callStories, queueStories, endingStories, blindStories, attendedStories, otherStories, equalStories) {
				if !story.real && (lab.Full() || story.equal) {
					t.Run(story.name, func(t *testing.T) { h.compare(t, story) })
				}
			}
			if lab.Full() && !t.Failed() {
				h.unused(t)
			}
		})
	}
}

// heldEqual compares a real server with pbxtest.
type heldEqual struct {
	server      *lab.Server
	phones      map[string]*sipua.Phone
	absences    equal.Absences
	differences []*equal.Always
}

// compare plays a story on pbxtest, and on the server until that has told each thing as pbxtest.
func (h *heldEqual) compare(t *testing.T, story liveStory) {
	got := h.groups(simulate(t, story, int(h.server.Version())))
	for _, d := range h.differences {
		d.Apply(got)
	}
	var want map[string][]string
	var left []string // that were told otherwise in each play
	for n := range maxPlays {
		want = h.perform(t, story, got)
		other := differing(got, want)
		if n > 0 {
			other = slices.DeleteFunc(other, func(of string) bool { return !slices.Contains(left, of) })
		}
		if left = other; len(left) == 0 || t.Failed() {
			return
		}
		t.Logf("%d of %d differ: %q", len(left), len(got), left)
	}
	for _, of := range left {
		t.Errorf("of %s (-want +got)\n%s", of, equal.Diff(want[of], got[of]))
	}
}

// differing are the groups that one has otherwise than the other, or not.
func differing(a, b map[string][]string) (of []string) {
	all := maps.Clone(a)
	maps.Copy(all, b)
	for name := range all {
		if !slices.Equal(a[name], b[name]) {
			of = append(of, name)
		}
	}
	slices.Sort(of)
	return of
}

// groups are what is compared: without times.
func (h *heldEqual) groups(events []transport.Fields) map[string][]string {
	first := slices.IndexFunc(events, func(e transport.Fields) bool { return e.Get("Event") == "Newchannel" })
	if first < 0 {
		return nil
	}
	events = slices.DeleteFunc(slices.Clone(events[first:]), func(e transport.Fields) bool {
		return e.Get("Event") == "BridgeCreate" && e.Get("BridgeType") == "parking" // the server has it since its first story that parks
	})
	return equal.Loose(equal.Groups(h.absences.Strip(events)))
}

// unused fails for differences that are listed, and that no story has.
func (h *heldEqual) unused(t *testing.T) {
	for _, a := range h.absences {
		if !a.Used {
			t.Errorf("no story has what is said to be absent: %s", a.Why)
		}
	}
	for _, d := range h.differences {
		if !d.Used {
			t.Errorf("no story has the difference: %s", d.Why)
		}
	}
}

// simulate plays a story on pbxtest, in memory and without waiting.
func simulate(t *testing.T, story liveStory, major int) (events []transport.Fields) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		programs := newListener()
		config := simulatedConfig(major)
		config.Dial = programs.dial
		pbx, err := pbxtest.New(config)
		if err != nil {
			t.Fatal(err)
		}
		defer pbx.Close()
		client, err := ami.Connect(ctx, "pbx:5038", &ami.Config{Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret, Dial: pbx.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		p := &act{teller: listen(t, ctx, client), listener: programs}
		defer p.model.Close()
		p.pause = breathe
		for number, who := range map[string]**person{"100": &p.ann, "101": &p.bea, "102": &p.cem} {
			phone, err := pbx.Phone(number)
			if err != nil {
				t.Fatal(err)
			}
			*who = p.personAt(simulated{phone, ctx}, number)
		}
		told := newRecord(ctx, client)
		story.play(p)
		p.over()
		time.Sleep(time.Minute)
		synctest.Wait()
		events = told.stop()
	})
	return events
}

// simulatedConfig is a PBX as storiesConfig has it.
func simulatedConfig(major int) *pbxtest.Config {
	phone := func(id string) pbxtest.Phone {
		return pbxtest.Phone{ID: id, Name: "Phone " + id, Context: "default", CallGroup: "1", PickupGroup: "1"}
	}
	bea, cem := pbxtest.Member{Interface: "PJSIP/101", Name: "Bea"}, pbxtest.Member{Interface: "PJSIP/102", Name: "Cem"}
	return &pbxtest.Config{
		Version: asterisk.Version{Major: major},
		Phones:  []pbxtest.Phone{phone("100"), phone("101"), phone("102")},
		Queues: []pbxtest.Queue{
			{Name: "desk", Members: []pbxtest.Member{bea}},
			{Name: "cem", Members: []pbxtest.Member{cem}},
			{Name: "both", Members: []pbxtest.Member{bea, cem}},
			{Name: "keys", Context: "left", Members: []pbxtest.Member{bea}},
			{Name: "turns", Strategy: "linear", Timeout: 5 * time.Second, Retry: time.Second, Members: []pbxtest.Member{bea, cem}},
		},
		Dialplan: labDialplan + storiesDialplan,
	}
}

// labDialplan is what the lab has of its own of the context that the phones call in.
const labDialplan = `
[default]
include => parkedcalls
exten => _1XX,1,Dial(PJSIP/${EXTEN},20)
 same => n,Hangup()
`

// perform plays a story on the server.
func (h *heldEqual) perform(t *testing.T, story liveStory, like map[string][]string) map[string][]string {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	user := h.server.User("all")
	client, err := ami.Connect(ctx, h.server.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Do(ctx, action.QueueReset{}); err != nil {
		t.Fatal(err)
	}
	for _, phone := range h.phones {
		phone.Answer(nil) // what the last story has said
	}
	p := takePhones(listen(t, ctx, client), h.phones)
	defer p.model.Close()
	told := newRecord(ctx, client)
	defer func() {
		if t.Failed() { // or the next story has its channels
			_, _ = client.Do(context.WithoutCancel(ctx), action.Hangup{Channel: "/./"})
		}
	}()
	story.play(p)
	p.over()
	told.until(func(events []transport.Fields) bool { return len(differing(like, h.groups(events))) == 0 })
	return h.groups(told.stop())
}
