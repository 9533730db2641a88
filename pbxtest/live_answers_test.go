package pbxtest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/equal"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// conversation is what one connection sends, and the server answers.
type conversation struct {
	name    string
	user    string // who has logged in before it begins; empty for nobody
	mask    string // of the login
	actions []string
}

// TestLiveAnswers has pbxtest and real servers asked the same, over TCP: the answers are the same bytes, but for IDs and times.
func TestLiveAnswers(t *testing.T) {
	plan, err := os.ReadFile("testdata/answers.conf")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range lab.Versions() {
		if !lab.Full() && v != lab.V22 {
			continue
		}
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{
				Users: []lab.User{
					{Name: "boss", Secret: "boss", Read: "all", Write: "all"},
					{Name: "desk", Secret: "desk", Read: "call,user", Write: "call,originate"},
					{Name: "filtered", Secret: "filtered", Read: "all", Write: "all", Lines: "eventfilter = !UserEvent: Secret\neventfilter = Event: UserEvent"},
				},
				Files: map[string]string{
					"extensions.conf":  string(plan),
					"queues.conf":      "[support]\nstrategy = ringall\nmember => PJSIP/101,1,Bea\n\n[empty]\nstrategy = rrmemory\nmaxlen = 3\n",
					"agents.conf":      "[general]\n",
					"voicemail.conf":   "[general]\n",
					"res_parking.conf": "[default]\nparkext = 700\nparkpos = 701-720\ncontext = parkedcalls\n",
				},
			})
			differences, found := equal.Answers(), make(map[string]bool)
			addr := listenLike(t, int(v), string(plan))
			for _, c := range conversations {
				t.Run(c.name, func(t *testing.T) {
					want, got := c.hold(t, s.AMI()), c.hold(t, addr)
					for i, action := range c.actions {
						if at := slices.IndexFunc(differences, func(d equal.Answer) bool { return d.Action == action }); at >= 0 {
							if want[i] == got[i] {
								t.Errorf("%s: both say the same, but this is said to differ: %s", action, differences[at].Why)
							}
							found[action] = true
						} else if want[i] != got[i] {
							t.Errorf("%s\nthe real one says\n%s\npbxtest says\n%s", action, want[i], got[i])
						}
					}
				})
			}
			for _, d := range differences {
				if !found[d.Action] && !t.Failed() {
					t.Errorf("nobody asks what is said to differ: %s", d.Action)
				}
			}
		})
	}
}

// listenLike is pbxtest as the server is configured.
func listenLike(t *testing.T, major int, plan string) (addr string) {
	t.Helper()
	pbx, err := pbxtest.New(&pbxtest.Config{
		Version: asterisk.Version{Major: major},
		Users: []pbxtest.User{
			{Name: "boss", Secret: "boss", Read: "all", Write: "all"},
			{Name: "desk", Secret: "desk", Read: "call,user", Write: "call,originate"},
			{Name: "filtered", Secret: "filtered", Read: "all", Write: "all", Filters: []string{"!UserEvent: Secret", "Event: UserEvent"}},
		},
		Phones: []pbxtest.Phone{
			{ID: "100", Name: "Phone 100", Context: "default", Unreachable: true},
			{ID: "101", Name: "Phone 101", Context: "default", Unreachable: true},
			{ID: "102", Name: "Phone 102", Context: "default", Unreachable: true},
		},
		Queues: []pbxtest.Queue{
			{Name: "support", Members: []pbxtest.Member{{Interface: "PJSIP/101", Name: "Bea", Penalty: 1}}},
			{Name: "empty", Strategy: "rrmemory", MaxLen: 3},
		},
		Dialplan: plan,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	if addr, err = pbx.Listen(); err != nil {
		t.Fatal(err)
	}
	return addr
}

// hold holds a conversation, and returns what each action has had as its answer.
func (c conversation) hold(t *testing.T, addr string) (answers []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	input := bufio.NewReader(conn)
	if _, err := input.ReadString('\n'); err != nil { // the banner
		t.Fatal(err)
	}
	if c.user != "" {
		ask(t, conn, input, fmt.Sprintf("Login|Username: %s|Secret: %[1]s|Events: %s", c.user, c.mask))
	}
	for _, action := range c.actions {
		answers = append(answers, ask(t, conn, input, action))
	}
	return answers
}

// ask sends an action, and returns all until the answer of the Ping that follows it, or until the server hangs up. An action that sends the event End
// is over with that event.
func ask(t *testing.T, conn net.Conn, input *bufio.Reader, action string) string {
	t.Helper()
	if !strings.HasPrefix(action, "ActionID") {
		action = "Action: " + action + "|ActionID: asked"
	}
	text := strings.ReplaceAll(action, "|", "\r\n") + "\r\n\r\n"
	end := "UserEvent: End\r\n"
	if !strings.Contains(action, "UserEvent: End|") {
		end = "ActionID: fence\r\n"
		text += "Action: Ping\r\nActionID: fence\r\n\r\n"
	}
	_, _ = io.WriteString(conn, text) // who has hung up is found by the read
	var all, block strings.Builder
	for {
		line, err := input.ReadString('\n')
		if err != nil {
			if !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset by peer") {
				t.Fatalf("%s: %v after %s", action, err, all.String())
			}
			return timeless(all.String() + block.String() + "the end\n")
		}
		if block.WriteString(line); line != "\r\n" {
			continue
		}
		switch over := strings.Contains(block.String(), end); {
		case over && strings.HasPrefix(end, "ActionID"):
			return timeless(all.String())
		case over:
			return timeless(all.String() + block.String())
		}
		all.WriteString(block.String())
		block.Reset()
	}
}

var (
	answerTimes = regexp.MustCompile(`(?m)^(Timestamp|Challenge|CoreStartupDate|CoreStartupTime|CoreReloadDate|CoreReloadTime|Uptime|LastReload|LoginTime|LastPause|Uniqueid|Linkedid|AsteriskVersion|AMIversion): [^\r\n]+`)
	states      = regexp.MustCompile(`(?s)Event: (DeviceStateChange|ExtensionStatus|QueueMember)\r\n.*?\r\n\r\n`)
)

// timeless is text without IDs and times, the items of lists that have no order in theirs.
func timeless(text string) string {
	text = answerTimes.ReplaceAllString(text, "$1: T")
	items := states.FindAllString(text, -1)
	slices.Sort(items)
	for i, item := range items { // each is replaced by the one at its place
		text = strings.Replace(text, states.FindString(text), fmt.Sprintf("item %d\n", i), 1)
		_ = item
	}
	for i, item := range items {
		text = strings.Replace(text, fmt.Sprintf("item %d\n", i), item, 1)
	}
	return strings.ReplaceAll(text, "\r", "")
}
