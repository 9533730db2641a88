package event_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// storm is a server on which much happens, and what it reported of it.
type storm struct {
	*testing.T
	*ami.Client
	server    *lab.Server
	registrar registrar

	mu   sync.Mutex     // guards seen
	seen map[string]int // events by name
}

// TestStorm makes happen what a lab can make happen. Every event has a type, every
// field a place in it, and what is encoded from the typed fields alone has the
// fields of the wire again. UPDATE_COVERAGE=1 writes docs/coverage.md.
func TestStorm(t *testing.T) {
	seen := make(map[lab.Version]map[string]int)
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			for try := 1; seen[v] == nil; try++ {
				s := newStorm(t, v)
				err := s.attempt()
				switch {
				case err == nil:
					seen[v] = s.seen
				case try == 3:
					t.Fatal(err)
				default:
					t.Logf("%v, and begins anew. Its log ends:\n%s", err, s.server.Log()[max(0, len(s.server.Log())-2000):])
				}
			}
		})
	}
	report := coverage(seen)
	t.Log("\n" + report)
	if os.Getenv("UPDATE_COVERAGE") != "" && len(seen) == len(lab.Versions()) {
		if err := os.WriteFile("../docs/coverage.md", []byte(report), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func newStorm(t *testing.T, v lab.Version) *storm {
	t.Helper()
	registrar := newRegistrar(t)
	server := lab.Start(t, v, &lab.Config{Append: map[string]string{
		"pjsip.conf":      fmt.Sprintf(stormPJSIP, registrar.LocalAddr()) + softphoneConf,
		"iax.conf":        stormIAX,
		"rtp.conf":        "rtcpinterval = 500\n",
		"extensions.conf": stormDialplan,
		"queues.conf":     stormQueues,
		"manager.conf":    "\n[denied]\nsecret = x\ndeny = 0.0.0.0/0.0.0.0\nread = all\n",
	}})
	user := server.User("all")
	client, err := ami.Connect(t.Context(), server.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	return &storm{T: t, Client: client, server: server, registrar: registrar, seen: make(map[string]int)}
}

// stormPatience is how long a storm waits for what has to come. Only a failure takes so long.
const stormPatience = time.Minute

// errDied is for an Asterisk that has come to its own end in the storm: 22.10.1
// sometimes frees a channel in Echo, which a transfer has masqueraded, under the
// thread that runs it.
var errDied = errors.New("the storm has ended Asterisk")

// attempt runs the storm once.
func (s *storm) attempt() (err error) {
	done := s.watch()
	defer func() {
		s.Close()
		<-done
		if e := recover(); e == errDied {
			err = errDied
		} else if e != nil {
			panic(e)
		}
	}()
	s.run()
	return nil
}

// lives ends the attempt if Asterisk has died.
func (s *storm) lives() {
	if s.server.PID() == 0 {
		panic(errDied)
	}
}

// watch checks every event until the client is closed.
func (s *storm) watch() (done chan struct{}) {
	sub := s.Subscribe(event.Filter{}, nil)
	done = make(chan struct{})
	// ends with the subscription, which Close of the client ends; run waits for it
	go func() {
		defer close(done)
		for ev := range sub.All(context.Background()) {
			s.check(ev)
		}
	}()
	return done
}

// check wants a type for ev, a place for each of its fields, and each field back.
func (s *storm) check(ev event.Event) {
	switch ev.(type) {
	case event.Connected, event.Gap, event.Synced:
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := ev.EventName()
	s.seen[name]++
	_, left := event.DecodeStrict(ev.Fields())
	if _, unknown := ev.(event.Unknown); unknown || len(left) > 0 {
		s.Errorf("%s has no type, or no place for %q:\n%s", name, left, ev.Fields())
		return
	}
	if doubt := ev.Doubt(); doubt != 0 { // nobody forges here: the order of its keys in events.order is wrong
		s.Errorf("%s: %v\n%s", name, doubt, ev.Fields())
	}
	for _, diff := range slices.Concat(lost(ev), leaks(ev), contradictions(ev)) {
		s.Errorf("%s: %s\n%s", name, diff, ev.Fields())
	}
}

// leaks tells texts that are what Asterisk prints for none.
func leaks(ev event.Event) (all []string) {
	value := reflect.ValueOf(ev)
	for _, field := range reflect.VisibleFields(value.Type()) {
		if text := value.FieldByIndex(field.Index); text.Kind() == reflect.String && field.IsExported() && slices.Contains(nulls, text.String()) {
			all = append(all, fmt.Sprintf("%s is %s", field.Name, text))
		}
	}
	return all
}

var nulls = []string{"<unknown>", "(null)", "-none-", "N/A", "<Unregistered>", "<no name>"}

// lost tells fields of the wire that an encoding of the typed fields lacks. Null
// literals count as one: which of them the wire had is in Fields.
func lost(ev event.Event) (all []string) {
	encoded, err := event.Encode(ev)
	if err != nil {
		return []string{err.Error()}
	}
	for key := range ev.Fields().All() {
		if commonKeys[key] || ev.EventName() == "UserEvent" {
			continue
		}
		want, got := ev.Fields().Values(key), encoded.Values(key)
		if !slices.Equal(want, got) && !(null(want) && null(got)) && !(len(got) == 1 && (want[0] == got[0] || sameFlag(want[0], got[0]))) {
			all = append(all, fmt.Sprintf("%s was %q and is %q", key, want, got))
		}
	}
	return all
}

var commonKeys = map[string]bool{"Event": true, "Privilege": true, "ActionID": true, "Timestamp": true, "SequenceNumber": true, "SystemName": true}

// overdue is how Asterisk writes a ParkingTimeout that has just passed: the
// negative number without its sign (res/parking/parking_manager.c).
const overdue = "184467440737095516"

// sameFlag reports whether the two differ in case alone: FAXSession has yes or
// Yes, by the state of the session.
func sameFlag(a, b string) bool {
	return strings.EqualFold(a, b) && (strings.EqualFold(a, "yes") || strings.EqualFold(a, "no"))
}

func null(values []string) bool {
	return len(values) == 0 || len(values) == 1 && (strings.HasPrefix(values[0], overdue) ||
		slices.Contains([]string{"", "0", "<unknown>", "unknown", "(null)", "-none-", "N/A", "Unknown", "<Unregistered>"}, values[0]))
}

// do runs an action, whose refusal is as good as its success, and checks the
// items of its list.
func (s *storm) do(a action.Action) *ami.Response {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), stormPatience)
	defer cancel()
	response, err := s.Do(ctx, a)
	if err != nil {
		s.lives()
		return &ami.Response{}
	}
	for _, item := range response.Events {
		s.check(item)
	}
	if response.End != nil {
		s.check(response.End)
	}
	return response
}

// await waits until events of these names have come since the storm began, and says so if they do not.
func (s *storm) await(names ...string) {
	s.Helper()
	for _, name := range names {
		s.more(name, 0)
	}
}

// after waits for an event of that name that cause has caused.
func (s *storm) after(name string, cause func()) {
	s.Helper()
	s.do(action.Ping{}) // what is on its way has come
	before := s.count(name)
	cause()
	s.more(name, before)
}

func (s *storm) more(name string, than int) {
	s.Helper()
	for deadline := time.Now().Add(stormPatience); s.count(name) <= than; s.do(action.Ping{}) {
		if time.Now().After(deadline) {
			s.Errorf("no %s came", name)
			return
		}
	}
}

func (s *storm) count(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[name]
}

// coverage is the list of events that the storms saw, and of those that they did
// not.
func coverage(seen map[lab.Version]map[string]int) string {
	var b strings.Builder
	b.WriteString("# Events seen on real servers\n\nWritten by `UPDATE_COVERAGE=1 go test -run TestStorm ./event`: whether the storm of that test saw\n" +
		"each event on the lab's servers. What was never seen is typed from the documentation and from\nthe formats in Asterisk's modules.\n\n| event |")
	versions := slices.Sorted(maps.Keys(seen))
	for _, v := range versions {
		fmt.Fprintf(&b, " %s |", v)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(versions)) + "\n")
	var never []string
	for _, name := range event.TypeNames() {
		total := 0
		row := "| " + name + " |"
		for _, v := range versions {
			total += seen[v][name]
			if n := seen[v][name]; n > 0 {
				row += " yes |"
			} else {
				row += " |"
			}
		}
		if total == 0 {
			never = append(never, name)
			continue
		}
		b.WriteString(row + "\n")
	}
	fmt.Fprintf(&b, "\nNever seen: %s.\n", strings.Join(never, ", "))
	return b.String()
}
