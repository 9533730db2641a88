package pbxtest_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// crowd is the users of a centre that several programs use at once.
var crowd = []pbxtest.User{
	pbxtest.Admin,
	{Name: "wallboard", Secret: "w", Read: "call,agent", Write: "reporting", Filters: []string{"!Event: VarSet", "!Event: Newexten"}},
	{Name: "dialler", Secret: "d", Read: "call,user", Write: "originate,call,agent,user,reporting"},
}

// scripts are what the programs do: one action after the other, and over again. Each begins at a moment of its own, and no two do something at the
// same moment, since what comes first has no order then.
var scripts = map[string]struct {
	login   string
	begins  time.Duration
	each    time.Duration
	actions []string
}{
	"lists": {"admin\r\nSecret: secret", 7 * time.Millisecond, 1013 * time.Millisecond,
		[]string{"CoreShowChannels", "QueueStatus", "BridgeList", "DeviceStateList", "ParkedCalls", "Status", "Challenge\r\nAuthType: MD5", "ExtensionStateList"}},
	"wallboard": {"wallboard\r\nSecret: w", 11 * time.Millisecond, 7019 * time.Millisecond, []string{"QueueStatus", "Originate\r\nChannel: PJSIP/100", "Ping"}},
	"dialler": {"dialler\r\nSecret: d", 1103 * time.Millisecond, 2027 * time.Millisecond, []string{
		"Originate\r\nChannel: PJSIP/105\r\nContext: office\r\nExten: 102\r\nPriority: 1\r\nAsync: true",
		"QueuePause\r\nInterface: PJSIP/103\r\nPaused: true", "UserEvent\r\nUserEvent: Note\r\nText: hello", "Originate\r\nChannel: PJSIP/104\r\nApplication: Wait\r\nData: 3",
		"QueuePause\r\nInterface: PJSIP/103\r\nPaused: false", "Hangup\r\nChannel: PJSIP/none", "QueueAdd\r\nQueue: sales\r\nInterface: PJSIP/105",
		"QueueRemove\r\nQueue: sales\r\nInterface: PJSIP/105",
	}},
	"late": {"admin\r\nSecret: secret\r\nEvents: call", 61_031 * time.Millisecond, 9043 * time.Millisecond, []string{"CoreStatus", "Nonsense", "Logoff"}},
}

// received is what each program was sent, by its name.
type received struct {
	mu   sync.Mutex // guards all
	by   map[string][]byte
	done sync.WaitGroup
}

func (r *received) add(name string, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.by[name] = append(r.by[name], text...)
}

// plays has a program do what its script says until its connection ends, and keeps what it is sent.
func (r *received) plays(t *testing.T, c *staffed, name string) {
	script := scripts[name]
	time.Sleep(script.begins)
	conn, err := c.Dial(t.Context(), "tcp", "pbx")
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	// Ends with the connection; the test waits for it.
	r.done.Go(func() {
		text, _ := io.ReadAll(conn)
		r.add(name, text)
	})
	_, err = fmt.Fprintf(conn, "Action: Login\r\nUsername: %s\r\n\r\n", script.login)
	for n := 0; err == nil; n++ {
		time.Sleep(script.each)
		_, err = fmt.Fprintf(conn, "Action: %s\r\nActionID: %d\r\n\r\n", script.actions[n%len(script.actions)], n)
	}
}

// What is around the events of a poll. Of those that happen at one moment nothing says which of two polls has them.
const (
	pollBegins = "Response: Success\r\nMessage: Waiting for Event completed.\r\n\r\n"
	pollEnds   = "Event: WaitEventComplete\r\n\r\n"
)

// polls asks for events over HTTP until the PBX has ended, and keeps them without the borders of polls.
func (r *received) polls(t *testing.T, c *staffed) {
	client, cookie := c.HTTPClient(), ""
	time.Sleep(17 * time.Millisecond)
	for what := "action=login&username=admin&secret=secret"; ; what = "action=waitevent&timeout=1" {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://pbx/rawman?"+what, nil)
		if err != nil {
			t.Error(err)
			return
		}
		request.Header.Set("Cookie", cookie)
		response, err := client.Do(request)
		if err != nil {
			return
		}
		text, _ := io.ReadAll(response.Body) // it ends early at the end of the PBX
		_ = response.Body.Close()
		if given := response.Header.Get("Set-Cookie"); given != "" {
			cookie, _, _ = strings.Cut(given, ";")
		}
		r.add("http", bytes.ReplaceAll(bytes.ReplaceAll(text, []byte(pollBegins), nil), []byte(pollEnds), nil))
		time.Sleep(509 * time.Millisecond)
	}
}

// busy is what everybody receives of a centre.
func busy(t *testing.T, seed uint64, length time.Duration) map[string][]byte {
	t.Helper()
	r := &received{by: make(map[string][]byte)}
	synctest.Test(t, func(t *testing.T) {
		c := newCentreWith(t, seed, crowd)
		for name := range scripts {
			r.done.Go(func() { r.plays(t, c, name) })
		}
		r.done.Go(func() { r.polls(t, c) })
		time.Sleep(length)
		_ = c.Close()
		r.done.Wait()
	})
	return r.by
}

// TestSameSeedSameBytes has a call centre with five programs at it, of which one comes over HTTP: with the same seed each gets the same bytes again.
func TestSameSeedSameBytes(t *testing.T) {
	runs, length := 2, 100*time.Second
	if lab.Full() {
		runs, length = 20, 10*time.Minute
	}
	first := busy(t, 1, length)
	for name, words := range map[string]string{"lists": "EventList: Complete", "wallboard": "QueueCallerJoin", "dialler": "OriginateResponse", "late": "Goodbye", "http": "Newchannel"} {
		if len(first[name]) < 10_000 && name != "late" || !bytes.Contains(first[name], []byte(words)) {
			t.Fatalf("%s was sent %d bytes, want much, with %s", name, len(first[name]), words)
		}
	}
	for run := 1; run < runs; run++ {
		again := busy(t, 1, length)
		for _, name := range slices.Sorted(maps.Keys(first)) {
			a, b := first[name], again[name]
			if name == "http" { // of the last moment the last poll has some
				length := min(len(a), len(b))
				a, b = a[:length], b[:length]
			}
			if !bytes.Equal(a, b) {
				at := common(a, b)
				t.Errorf("run %d: %s was sent something else after %d bytes of %d:\n%s\ninstead of\n%s", run, name, at, len(a), around(b, at), around(a, at))
			}
		}
	}
	if other := busy(t, 2, length); bytes.Equal(first["lists"], other["lists"]) {
		t.Error("another seed sent the same")
	}
}

// around is some text on both sides of a place.
func around(text []byte, at int) []byte { return text[max(at-300, 0):min(at+300, len(text))] }
