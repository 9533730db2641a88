package stranger_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
)

// forged is a line that none but a stranger writes.
const forged = "\nforged: 1"

// advice returns the configuration in docs/safety.md whose first line is a comment with that title.
func advice(t *testing.T, title string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/safety.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(page), "```ini\n; "+title+"\n")
	text, _, end := strings.Cut(text, "```")
	if !ok || !end {
		t.Fatalf("docs/safety.md has no configuration %q", title)
	}
	return text
}

// advised is a server whose strangers come in by the dialplan of docs/safety.md, and by endpoints with these lines too.
func advised(t *testing.T, v lab.Version, dialplan, endpoints string) *recorder {
	t.Helper()
	const inside = `
[inside]
exten => _1!,1,AGI(${STRANGER_URL})
 same => n,Hangup()
exten => _7!,1,Dial(${PJSIP_HEADER(read,X-Callee)},20,iI)
 same => n,Hangup()
exten => _8!,1,Dial(${PJSIP_HEADER(read,X-Callee)},20)
 same => n,Hangup()
`
	var pjsip string
	for _, name := range []string{"trunk", "trusted", "200", "202", "203"} {
		pjsip += "[" + name + "](+)\ncontext = from-outside\n" + endpoints
	}
	s := lab.Start(t, v, &lab.Config{Trunk: true, Append: map[string]string{"extensions.conf": dialplan + inside, "pjsip.conf": pjsip}})
	return newRecorder(t, s, "TestEvent")
}

// heardForged returns which events have had the forged line since the last time, and before and after the first that
// is of the context inside.
func (r *recorder) heardForged(t *testing.T) (before, after []string) {
	t.Helper()
	r.barrier(t)
	found := make(map[bool]map[string]bool)
	found[false], found[true] = make(map[string]bool), make(map[string]bool)
	inside := false
	for _, ev := range regexp.MustCompile(`Event: (\w+)\r\n(?s:.*?)\r\n\r\n`).FindAllStringSubmatch(r.heard.String(), -1) {
		cel := ev[1] == "CEL" // of a thread of its own, as Cdr: either may come earlier or later than the others
		inside = inside || !cel && ev[1] != "Cdr" && strings.Contains(ev[0], "\r\nContext: inside\r\n")
		for _, line := range regexp.MustCompile(`(\w+): [^\r\n]*`+forged).FindAllStringSubmatch(ev[0], -1) {
			name := ev[1]
			if cel {
				name = regexp.MustCompile(`EventName: (\w+)`).FindStringSubmatch(ev[0])[1]
			}
			found[inside && name != "CHAN_START"][name+" "+line[1]] = true
		}
	}
	r.heard.Reset()
	return slices.Sorted(maps.Keys(found[false])), slices.Sorted(maps.Keys(found[true]))
}

// barrier hears all that has been sent.
func (r *recorder) barrier(t *testing.T) {
	t.Helper()
	r.pings++
	id := fmt.Sprintf("barrier-%d", r.pings)
	fmt.Fprintf(r.ami, "Action: Ping\r\nActionID: %s\r\n\r\n", id)
	r.hear(t, "ActionID: "+id+"\r\n(?s:.*?)\r\n\r\n")
}

// hungUp waits until the channels of an endpoint have hung up.
func (r *recorder) hungUp(t *testing.T, endpoint string) {
	t.Helper()
	r.hear(t, `Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/`+endpoint+`-(?s:.*?)\r\n\r\n`)
}

// finished waits until the channel of an endpoint has hung up and has been written about: other threads of Asterisk tell
// of CEL and CDR, before Hangup or after it.
func (r *recorder) finished(t *testing.T, endpoint string) {
	t.Helper()
	const lines = `\r\n(?:[^\r\n][^\r]*\r\n)*?` // of the same event
	channel := lines + `Channel: PJSIP/` + endpoint + `-(?s:.*?)\r\n\r\n`
	r.hungUp(t, endpoint)
	r.hear(t, `Event: CEL`+lines+`EventName: CHAN_END`+channel)
	r.hear(t, `Event: Cdr`+channel)
}

// TestSafetyDialplan tries the dialplan of docs/safety.md: what it keeps out, and what it says that it does not.
func TestSafetyDialplan(t *testing.T) {
	early := map[stranger.Part][]string{ // what goes out before
		stranger.Number:    {"CHAN_START CallerIDnum", "Newchannel CallerIDNum", "Newexten CallerIDNum", "VarSet CallerIDNum"},
		stranger.Asserted:  {"CHAN_START CallerIDnum", "Newchannel CallerIDNum", "Newexten CallerIDNum", "VarSet CallerIDNum"},
		stranger.Dialled:   {"CHAN_START Exten", "Newchannel Exten", "Newexten Exten", "Newexten Extension", "VarSet Exten"},
		stranger.Diversion: nil,
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			r := advised(t, v, advice(t, "extensions.conf"), "")
			for _, part := range []stranger.Part{stranger.Number, stranger.Asserted, stranger.Dialled, stranger.Diversion} {
				for _, by := range senders[part] {
					t.Run(string(part)+" by "+by, func(t *testing.T) {
						ctx, cancel := context.WithTimeout(t.Context(), patience)
						defer cancel()
						r.barrier(t)
						r.heard.Reset()
						if _, err := r.agent(t, by).Dial(ctx, part.Invite("1", forged)); over(err) != nil {
							t.Fatal(err)
						}
						if env := string(<-r.env); strings.Contains(env, forged) || !strings.Contains(env, "agi_context: inside\n") {
							t.Errorf("AGI is told\n%s", env)
						}
						r.finished(t, by)
						before, after := r.heardForged(t)
						if !slices.Equal(before, early[part]) {
							t.Errorf("before: %q, want %q", before, early[part])
						}
						if len(after) > 0 {
							t.Errorf("after it: %q", after)
						}
					})
				}
			}
		})
	}
}

// TestSafetyDigits tries the patterns of digits: no channel comes of anything else.
func TestSafetyDigits(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			r := advised(t, v, advice(t, "extensions.conf, digits")+"\n[cleaning]\nexten => _XXX,1,Goto(inside,${EXTEN},1)\n", "")
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			for _, by := range senders[stranger.Dialled] {
				r.barrier(t)
				r.heard.Reset()
				if _, err := r.agent(t, by).Dial(ctx, stranger.Dialled.Invite("123", forged)); over(err) == nil || !strings.Contains(err.Error(), "404") {
					t.Errorf("by %s: %v, want 404", by, err)
				}
				if before, after := r.heardForged(t); len(before)+len(after) > 0 {
					t.Errorf("by %s: %q, %q", by, before, after)
				}
				if _, err := r.agent(t, by).Dial(ctx, stranger.Invite{Exten: "123"}); over(err) != nil {
					t.Errorf("a number of digits by %s: %v", by, err)
				}
				<-r.env
			}
		})
	}
}

// TestSafetyTimeout leaves a call to AsyncAGI that nobody serves to the dialplan's timeout.
func TestSafetyTimeout(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			const timed = "\n[inside]\nexten => _3!,1,Set(TIMEOUT(absolute)=1)\n same => n,AGI(agi:async)\n same => n,Hangup()\n"
			r := advised(t, v, advice(t, "extensions.conf")+timed, "")
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			_, err := r.agent(t, "trunk").Dial(ctx, stranger.Invite{Exten: "3"})
			if refused := (*stranger.Refused)(nil); !errors.As(err, &refused) {
				t.Errorf("the call waits on: %v", err)
			}
			r.hear(t, "Event: AsyncAGIEnd\r\n")
		})
	}
}
