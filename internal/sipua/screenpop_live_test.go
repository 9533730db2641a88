package sipua_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/transport"
)

// pops is what users saw: for each channel what was shown, in order, and how it ended.
var pops = map[string][]string{
	"Direct call":           {"100 talks 101, hidden", "101 rings 100, talks 100, hidden"},
	"Direct call, busy":     nil,
	"Direct call, given up": {"101 rings 100, hidden"},
	"Click-to-call":         {"100 rings , talks , talks 101, hidden", "101 rings 100, talks 100, hidden"},
	"Queue":                 {"100 talks 101, hidden", "101 rings 100, talks 100, hidden"},
	"Blind transfer":        {"100 talks 101, talks 102, hidden", "101 rings 100, talks 100, hidden", "102 rings 100, talks 100, hidden"},
	"Attended transfer":     {"100 talks 101, talks 102, hidden", "101 rings 100, talks 100, hidden", "101 talks 102, hidden", "102 rings 101, talks 101, talks 100, hidden"},
	"Pickup":                {"100 talks 102, hidden", "101 rings 100, hidden", "102 talks 100, hidden"},
	"Parking":               {"100 talks 101, talks 102, hidden", "101 rings 100, talks 100, hidden", "102 talks , talks 100, hidden"},
	"Conference":            {"100 talks , hidden", "101 talks , hidden"},
}

// The screen of docs/screenpop.md shows the calls of the guide as users see them, and nothing stays.
func TestLiveScreenPop(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, &callsConfig)
			for _, heading := range slices.Sorted(maps.Keys(scenes)) {
				t.Run(heading, func(t *testing.T) {
					withPhones(t, s, func(ctx context.Context, c *scene) { watched(t, ctx, c, heading) })
				})
			}
		})
	}
}

// change is a call of show or hide.
type change struct{ channel, text string }

// watched places a call, and compares what the screen shows.
func watched(t *testing.T, ctx context.Context, c *scene, heading string) {
	t.Helper()
	changes, over, whole := make(chan change, 1000), make(chan error, 1), make(chan struct{})
	var once sync.Once
	s := newScreen(func(channel string, p pop) {
		text := "rings "
		if p.talking {
			text = "talks "
		}
		changes <- change{channel, text + p.number}
	}, func(channel string) { changes <- change{channel, "hidden"} }, func(is bool) {
		if is {
			once.Do(func() { close(whole) })
		}
	}, "PJSIP/100", "PJSIP/101", "PJSIP/102")
	following, stop := context.WithCancelCause(ctx)
	// Ends with the context; the test waits for it.
	go func() { over <- s.follow(following, c.client) }()
	select {
	case <-whole:
	case <-ctx.Done():
		t.Fatal("the list of channels is never whole")
	}
	scenes[heading](t, ctx, c)
	c.ended(t, ctx)
	seen := make(map[string]string)
	for want := pops[heading]; !slices.Equal(users(seen), want); {
		select {
		case is := <-changes:
			seen[is.channel] = strings.TrimPrefix(seen[is.channel]+", "+is.text, ", ")
		case <-ctx.Done():
			t.Fatalf("users saw %q, want %q", users(seen), want)
		}
	}
	enough := errors.New("enough")
	stop(enough)
	if err := <-over; !errors.Is(err, enough) || len(s.shown) > 0 || len(changes) > 0 {
		t.Errorf("follow = %v, with %v shown", err, s.shown)
	}
}

// ended waits until all channels of a call are gone.
func (s *scene) ended(t *testing.T, ctx context.Context) {
	t.Helper()
	channels := 0
	for name := range s.known { // those that talking has read of
		if phones[name] != "" {
			channels++
		}
	}
	began := channels > 0
	for ev := range s.recorded.All(ctx) {
		switch ev.EventName() {
		case "Newchannel":
			channels, began = channels+1, true
		case "Hangup":
			channels--
		}
		if began && channels == 0 {
			return
		}
	}
	t.Errorf("%d channels have not ended: %v", channels, context.Cause(ctx))
}

// users is what the user of each phone saw of each channel, "100 rings 101, hidden".
func users(seen map[string]string) (list []string) {
	for channel, text := range seen {
		list = append(list, strings.TrimPrefix(event.Device(channel), "PJSIP/")+" "+text)
	}
	slices.Sort(list)
	return list
}

// What docs/screenpop.md shows is the code that is tested here.
func TestGuideHasScreenPop(t *testing.T) {
	source, err := os.ReadFile("screenpop_test.go")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("../../docs/screenpop.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, found := strings.Cut(string(source), "\n// pop is")
	if !found || !strings.Contains(string(guide), "```go\n// pop is"+code+"```\n") {
		t.Error("docs/screenpop.md has not the code of screenpop_test.go")
	}
}

// The screen without a server: gaps, doubts, and lists that are older than events.
func TestScreenPop(t *testing.T) {
	for _, test := range []struct {
		name   string
		events []string
		want   string // what changed, in order; ? is asking for the list once more
	}{
		{"there before", []string{"CoreShowChannel 101-1 5 7", "Synced"}, "101-1 rings 7"},
		{"nothing before the list is whole", []string{"CoreShowChannel 101-1 5 7"}, ""},
		{"other phones", []string{"CoreShowChannel 103-1 5 7", "Synced", "Newstate 103-2 5 7", "Hangup 103-2 5"}, ""},
		{"rings, talks, ends", []string{"Synced", "Newchannel 101-1 0", "Newstate 101-1 5 7", "Newstate 101-1 6 7", "Hangup 101-1 6 7"}, "101-1 rings 7, 101-1 talks 7, 101-1 hidden"},
		{"transferred", []string{"Synced", "Newstate 101-1 6 7", "NewConnectedLine 101-1 6 8"}, "101-1 talks 7, 101-1 talks 8"},
		{"ended before its item", []string{"Hangup 101-1 6", "CoreShowChannel 101-1 6", "Synced"}, ""},
		{"answered before its item", []string{"Newstate 101-1 6 7", "CoreShowChannel 101-1 5 7", "Synced"}, "101-1 talks 7"},
		{"ended in a gap", []string{"Synced", "Newstate 101-1 5 7", "Gap", "Synced"}, "101-1 rings 7, 101-1 hidden"},
		{"stays over a gap", []string{"Synced", "Newstate 101-1 5 7", "Gap", "CoreShowChannel 101-1 5 7", "Synced"}, "101-1 rings 7"},
		{"answered in a gap", []string{"Synced", "Newstate 101-1 5 7", "Gap", "CoreShowChannel 101-1 6 7", "Synced"}, "101-1 rings 7, 101-1 talks 7"},
		{"a doubt", []string{"Synced", "Newstate 101-1 5 7", "cut Hangup 101-1 5 7", "Synced"}, "101-1 rings 7, ?, 101-1 hidden"},
		{"a doubt before the list", []string{"cut Hangup 101-1 5 7", "CoreShowChannel 101-1 5 7", "Synced", "Synced"}, "101-1 rings 7, ?, 101-1 hidden"},
		{"a doubtful item is no reason", []string{"cut CoreShowChannel 101-1 5 7", "Synced"}, ""},
		{"renamed", []string{"Synced", "Newstate 101-1 5 7", "Rename 101-1 101-2", "Hangup 101-2 5"}, "101-1 rings 7, 101-1 hidden, 101-2 rings 7, 101-2 hidden"},
		{"renamed before its item", []string{"Rename 101-1 101-2", "CoreShowChannel 101-1 5 7", "Synced", "CoreShowChannel 101-2 5 7", "Synced"}, "?, 101-2 rings 7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			short := strings.NewReplacer("PJSIP/", "", "-0000000", "-")
			s := newScreen(func(channel string, p pop) {
				got = append(got, short.Replace(channel)+map[bool]string{true: " talks ", false: " rings "}[p.talking]+p.number)
			}, func(channel string) { got = append(got, short.Replace(channel)+" hidden") }, func(bool) {}, "PJSIP/101")
			s.begin()
			for _, line := range test.events {
				if err := s.apply(told(line)); err != nil {
					t.Fatal(err)
				}
				if s.again && s.told == nil { // as follow does
					got = append(got, "?")
					s.begin()
				}
			}
			if left := len(s.live) - len(s.shown); strings.Join(got, ", ") != test.want || s.told == nil && left != 0 {
				t.Errorf("%q, want %q; %d channels are live and %d shown", got, test.want, len(s.live), len(s.shown))
			}
		})
	}
}

// told is an event of a line: its name, channel, state and the other end's number. "cut" has it without its last keys.
func told(line string) event.Event {
	rest, cut := strings.CutPrefix(line, "cut ")
	words := append(strings.Fields(rest), "", "", "")
	switch words[0] {
	case "Synced":
		return event.Synced{}
	case "Gap":
		return event.Gap{}
	}
	name := func(short string) string { return "PJSIP/" + strings.Replace(short, "-", "-0000000", 1) }
	values := map[string]string{"Event": words[0], "Channel": name(words[1]), "ChannelState": words[2], "ConnectedLineNum": words[3], "Newname": name(words[2])}
	keys := []string{"Event", "Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName",
		"Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid"}
	switch words[0] {
	case "CoreShowChannel":
		keys = append(keys, "Application", "ApplicationData", "Duration", "BridgeId")
	case "Hangup":
		keys = append(keys, "Cause", "Cause-txt")
	case "Rename":
		keys = []string{"Event", "Channel", "Newname", "Uniqueid"}
	}
	if cut {
		keys = keys[:8]
	}
	var text strings.Builder
	for _, key := range keys {
		text.WriteString(key + ": " + values[key] + "\r\n")
	}
	return event.Decode(transport.ParseFields(text.String()))
}

// A list that is refused ends the screen, which can't be right without it.
func TestLiveScreenPopRefused(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		user := s.User("readonly")
		client, err := ami.Connect(ctx, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		screen := newScreen(func(string, pop) {}, func(string) {}, func(bool) {}, "PJSIP/100")
		if err := screen.follow(ctx, client); !errors.Is(err, ami.ErrPermissionDenied) {
			t.Errorf("follow = %v, want %v", err, ami.ErrPermissionDenied)
		}
	})
}
