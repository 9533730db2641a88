package sipua_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
	"github.com/asterisk-go/asterisk-go/transport"
)

// callsConfig has what the phones dial: a queue with the member bea, a conference room, and a pickup of bea's calls.
var callsConfig = lab.Config{Append: map[string]string{
	"extensions.conf": `
[default](+)
exten => 600,1,Queue(desk)
 same => n,Hangup()
exten => 601,1,Answer()
 same => n,ConfBridge(7)
 same => n,Hangup()
exten => 602,1,PickupChan(PJSIP/101,p)
 same => n,Hangup()
`,
	"queues.conf": `
[desk]
strategy = ringall
member => PJSIP/101,0,Bea
`,
}}

// TestLiveGuideOfCalls places the calls of docs/calls.md, and compares their events with the tables.
func TestLiveGuideOfCalls(t *testing.T) {
	g := readGuide(t)
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, &callsConfig)
			for _, heading := range slices.Sorted(maps.Keys(scenes)) {
				t.Run(heading, func(t *testing.T) { play(t, s, g, heading) })
			}
		})
	}
}

// scene is the phones of a call, and a manager.
type scene struct {
	desk
	client   *ami.Client
	recorded *event.Subscription
	channel  string            // ann's, once they are talking
	known    map[string]string // IDs of channels and bridges, by their names in the guide
}

// play places a call of the guide.
func play(t *testing.T, s *lab.Server, g guide, heading string) {
	withPhones(t, s, func(ctx context.Context, c *scene) {
		scenes[heading](t, ctx, c)
		if !t.Failed() {
			c.compare(t, ctx, g, heading)
		}
	})
}

// withPhones runs a test with phones of its own, a manager, and subscriptions that have begun.
func withPhones(t *testing.T, s *lab.Server, test func(ctx context.Context, c *scene)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	user := s.User("all")
	client, err := ami.Connect(ctx, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	c := &scene{client: client, known: map[string]string{}}
	c.ann, c.bea, c.cem = sipua.Open(t, s, "100"), sipua.Open(t, s, "101"), sipua.Open(t, s, "102")
	for _, phone := range []*sipua.Phone{c.ann, c.bea, c.cem} {
		if err := phone.Register(ctx); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = phone.Unregister(context.WithoutCancel(ctx)) }()
	}
	c.events, c.recorded = client.Subscribe(event.Filter{}, nil), client.Subscribe(event.Filter{}, nil)
	test(ctx, c)
}

// compare reads what was recorded until the table is complete, and then to a mark, before which nothing more may be.
func (c *scene) compare(t *testing.T, ctx context.Context, g guide, heading string) {
	t.Helper()
	m, marked := newMatch(g.tables[heading], c.known), false
	var seen []transport.Fields
	for ev := range c.recorded.All(ctx) {
		f := ev.Fields()
		if marked && ev.EventName() == "UserEvent" {
			return
		}
		if !g.shows(heading, ev.EventName()) || ev.EventName() == "UserEvent" {
			continue
		}
		seen = append(seen, f)
		if err := m.take(f); err != nil {
			t.Error(err)
			break
		}
		if m.complete() && !marked {
			marked = true
			if _, err := c.client.Do(ctx, action.UserEvent{UserEvent: "Mark"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Errorf("%s: without an event: row %s", heading, m.missing())
	for _, f := range seen {
		t.Log(brief(f))
	}
}

// The guide has a table for each call, and a call for each table.
func TestGuideOfCallsIsWhole(t *testing.T) {
	g := readGuide(t)
	if got, want := slices.Sorted(maps.Keys(g.tables)), slices.Sorted(maps.Keys(scenes)); !slices.Equal(got, want) {
		t.Errorf("docs/calls.md has the tables %q, want %q", got, want)
	}
	for heading, rows := range g.tables {
		fields := 0
		for _, r := range rows {
			fields += len(r.fields)
		}
		if len(rows) < 5 || fields < 5 {
			t.Errorf("%s: %d rows with %d fields: are they still read?", heading, len(rows), fields)
		}
	}
}
