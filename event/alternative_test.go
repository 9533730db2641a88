package event_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// indexed is a hub with subscriptions that come, go and change, beside a linear
// scan that says what each of them must be given.
type indexed struct {
	t        *testing.T
	random   *rand.Rand
	texts    texts
	hub      filled
	sequence uint64
	subs     []*expecting
}

type expecting struct {
	sub    *event.Subscription
	filter event.Filter
	want   []uint64 // the numbers of its events
}

// texts are what filters and events are made of.
type texts struct{ names, keys, values []string }

// wordsOfCalls are those of calls, of which a stranger can write some.
func wordsOfCalls() texts {
	return texts{
		names:  []string{"Hangup", "hangup", "Newchannel", "DialBegin", "OriginateResponse", "UserEvent", "NewModule", "Status", ""},
		keys:   []string{"Uniqueid", "UNIQUEID", "DestUniqueid", "ActionID", "Channel", "CallerIDNum", "Linkedid", "UserEvent", "Event", "ChanVariable", "K", "\u212Aey", "Key", ""},
		values: []string{"1", "2", "3", "Local/1", "<unknown>", "a=b", ""},
	}
}

func (x *indexed) pick(words []string) string { return words[x.random.IntN(len(words))] }

func (x *indexed) filter(depth int) event.Filter {
	kind := x.random.IntN(11)
	if depth == 0 {
		kind = x.random.IntN(6)
	}
	switch {
	case kind == 0 && depth < 3:
		return event.Filter{}
	case kind < 3:
		names := make([]string, x.random.IntN(4))
		for i := range names {
			names[i] = x.pick(x.texts.names)
		}
		return event.Named(slices.DeleteFunc(names, isNoName)...)
	case kind < 6:
		key := x.pick(x.texts.keys)
		if key == "" || strings.ContainsAny(key, "*\r\n\x00") {
			key = "Key"
		}
		return event.Where(key, x.pick(x.texts.values))
	}
	parts := make([]event.Filter, x.random.IntN(4))
	if x.random.IntN(20) == 0 {
		parts = make([]event.Filter, 12) // more than an And makes alternatives of
	}
	for i := range parts {
		parts[i] = x.filter(depth - 1)
	}
	if kind < 8 {
		return event.And(parts...)
	}
	return event.Or(parts...)
}

func (x *indexed) text() string {
	ending := "\r\n"
	if x.random.IntN(5) == 0 {
		ending = "\n"
	}
	text := "Event: " + x.pick(x.texts.names) + ending
	for range x.random.IntN(8) {
		text += x.pick(x.texts.keys) + ": " + x.pick(x.texts.values) + ending
	}
	return text
}

func (x *indexed) publish(text string) {
	x.t.Helper()
	fields := transport.ParseFields(text)
	x.hub.Publish(transport.NewBlock(fields))
	if first, _ := fields.First(); first != "Event" && first != "event" && first != "EVENT" {
		return
	}
	x.sequence++
	for _, e := range x.subs {
		if e.filter.Match(fields) {
			e.want = append(e.want, x.sequence)
		}
		if got := e.sub.Stats().Matched; got != int64(len(e.want)) {
			x.t.Fatalf("%s: after %q the hub matched %d events, a scan %d", e.filter, text, got, len(e.want))
		}
	}
}

// step changes the subscriptions.
func (x *indexed) step() {
	at := x.random.IntN(len(x.subs) + 1)
	switch kind := x.random.IntN(4); {
	case at == len(x.subs) || kind == 0:
		filter := x.filter(3)
		x.subs = append(x.subs, &expecting{sub: x.hub.Subscribe(filter, nil), filter: filter})
	case kind == 1:
		x.finish(x.subs[at])
		x.subs = slices.Delete(x.subs, at, at+1)
	default:
		x.subs[at].filter = x.filter(3)
		x.subs[at].sub.SetFilter(x.subs[at].filter)
	}
}

// finish compares what a subscription was given, and closes it.
func (x *indexed) finish(e *expecting) {
	x.t.Helper()
	var got []uint64
	for range e.sub.Stats().Queued {
		raw, err := e.sub.NextRaw(x.t.Context())
		if err != nil {
			x.t.Fatal(err)
		}
		got = append(got, raw.Sequence())
	}
	if !slices.Equal(got, e.want) {
		x.t.Errorf("%s: was given events %d, want %d", e.filter, got, e.want)
	}
	e.sub.Close()
}

// Each of many subscriptions that come, go and change is given what a linear scan
// with its filter says, once and in order; a key in doubt matches nothing.
func TestIndexAgreesWithAScan(t *testing.T) {
	for seed := range uint64(25) {
		x := &indexed{t: t, random: rand.New(rand.NewPCG(seed, 5)), texts: wordsOfCalls()}
		for range 80 {
			x.step()
			x.publish(x.text())
			x.publish(x.text())
		}
		for _, e := range x.subs {
			x.finish(e)
		}
	}
}

// isNoName reports whether Named would refuse a text.
func isNoName(text string) bool {
	return text == "" || strings.ContainsFunc(text, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r)
	})
}

// FuzzIndex holds the index against a scan for any text; filters are made of its
// keys and values.
func FuzzIndex(f *testing.F) {
	for i, ev := range recorded(f, "22") {
		if i%20 == 0 {
			f.Add(ev.Fields().String(), uint64(i))
		}
	}
	f.Add("Event: Hangup\r\nChannel: Local/1\r\nCallerIDNum: 1\r\nUniqueid: 1\r\nUniqueid: 2\r\n", uint64(1))
	f.Add("Event: UserEvent\r\nUserEvent: A\r\nUserEvent: B\r\n", uint64(2))
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		fields := transport.ParseFields(text)
		words := texts{names: []string{"Hangup"}, keys: []string{"Uniqueid"}, values: []string{"1"}}
		for key, value := range fields.All() {
			words.keys = append(words.keys, key, strings.ToUpper(key))
			words.values = append(words.values, value)
		}
		_, name := fields.First()
		words.names = append(words.names, name)
		x := &indexed{t: t, random: rand.New(rand.NewPCG(seed, 6)), texts: words}
		for range 8 {
			x.step()
			x.publish(text)
		}
		for _, e := range x.subs {
			x.finish(e)
		}
	})
}

// Two alternatives of a filter that an event too long to read may concern are one
// event missed.
func TestOversizedIsMissedOnceForTwoAlternatives(t *testing.T) {
	s := newStream(t, event.Or(event.And(event.Named("X"), event.Where("A", "1")), event.And(event.Named("X"), event.Where("B", "1"))), 0)
	s.hub.QueueOversized(block("Event: X"), time.Now())
	if got := s.sub.Stats(); got.Matched != 1 || got.Missed != 1 {
		t.Errorf("Stats = %+v, want one event matched, and missed", got)
	}
}

// A filter of very many alternatives costs the index no more than its length.
func TestFilterOfManyAlternatives(t *testing.T) {
	var ids, kinds []event.Filter
	for i := range 500 {
		ids = append(ids, event.Where("Uniqueid", fmt.Sprint(i)))
		kinds = append(kinds, event.And(event.Named(fmt.Sprint("Kind", i)), event.Where("Kind", "1")))
	}
	s := newStream(t, event.And(event.Or(ids...), event.Or(kinds...), event.Or(ids[100:]...)), 0)
	s.hub.Publish(block("Event: Kind7", "Uniqueid: 99", "Kind: 1"))
	s.hub.Publish(block("Event: Kind7", "Uniqueid: 100", "Kind: 1"))
	s.hub.Publish(block("Event: Kind7", "Uniqueid: 100", "Kind: 2"))
	s.hub.Publish(block("Event: Other", "Uniqueid: 100", "Kind: 1"))
	s.end("Kind7 0.2")
}
