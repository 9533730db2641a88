package ami_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// nasty is what a server may say: control bytes, and half a megabyte.
var nasty = "\x1b[2J\x00\xff" + strings.Repeat("x", 512<<10)

var (
	twice      = regexp.MustCompile(`ami: .*\b(ami|ajam): |transport: .*transport: `)
	sameAgain  = regexp.MustCompile(`\b([a-z ]+) \(([a-z ]+)\)`)
	isPassword = strings.NewReplacer(secret, "")
)

// wantPrintable fails unless a text fits a line of a log: it is short, has no
// control bytes and no secret, and says nothing twice.
func wantPrintable(t *testing.T, what, text string) {
	t.Helper()
	t.Logf("%-30s %s", what, text)
	if len(text) > 1500 {
		t.Errorf("%s has %d bytes", what, len(text))
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) || r == '\ufffd' }) {
		t.Errorf("%s has control bytes: %q", what, text)
	}
	if twice.MatchString(text) || isPassword.Replace(text) != text {
		t.Errorf("%s says its package twice, or the secret: %s", what, text)
	}
	for _, m := range sameAgain.FindAllStringSubmatch(text, -1) {
		if m[1] == m[2] {
			t.Errorf("%s says %q twice", what, m[1])
		}
	}
}

// failure is an error of a Do, on a Conn to a manager that plays script.
func failure(script amitest.Script, a action.Action) func(t *testing.T) error {
	return func(t *testing.T) error {
		conn := scripted(t, script)
		_, err := conn.Do(t.Context(), a)
		return err
	}
}

// loginFailure is an error of Dial.
func loginFailure(script amitest.Script, adjust func(*ami.Config)) func(t *testing.T) error {
	return func(t *testing.T) error {
		srv := serve(t, script)
		_, err := ami.Dial(t.Context(), srv.Addr(), configOf(srv, adjust))
		return err
	}
}

func refusals(name, message string) amitest.Script {
	return func(p *amitest.Peer) {
		p.Handle(name, func(p *amitest.Peer, a amitest.Action) { p.Error(a, message) })
	}
}

// All errors of the package, as a person reads them.
func TestErrorTexts(t *testing.T) {
	nastyLine := strings.ReplaceAll(nasty, "\x00", "")
	for what, fails := range map[string]func(t *testing.T) error{
		"a refusal":                 failure(refusals("Hangup", nasty), action.Hangup{Channel: "c"}),
		"a refusal without a word":  failure(refusals("Hangup", ""), action.Hangup{Channel: "c"}),
		"no right":                  failure(refusals("Originate", "Permission denied"), action.New("Originate")),
		"an odd name":               failure(refusals("x\x1by", "No"), action.New("x\x1by")),
		"a name that can't be sent": failure(idle, action.New("x\ny")),
		"a field that is too long":  failure(idle, action.Hangup{Channel: strings.Repeat("c", 2000)}),
		"a missing field":           failure(idle, action.Hangup{}),
		"a cut":                     failure(func(p *amitest.Peer) { p.Expect("Ping"); p.Cut() }, action.Ping{}),
		"no answer": failure(func(p *amitest.Peer) {
			a := p.Expect("Ping")
			p.Reply(a, "Response", "Success", "EventList", "start")
			p.Cut()
		}, action.Ping{}),
		"too long an answer": failure(func(p *amitest.Peer) {
			p.Success(p.Expect("Ping"), "X", strings.Repeat("x", 2<<20))
		}, action.Ping{}),
		"a command": failure(func(p *amitest.Peer) {
			p.Reply(p.Expect("Command"), "Response", "Error", "Message", "Command output follows", "Output", "", "Output", " No such \x1b[1mcommand"+nasty)
		}, action.Command{Command: "x"}),
		"a refused login":     loginFailure(func(p *amitest.Peer) { refusals("Login", nasty)(p); p.Login() }, nil),
		"a refused challenge": loginFailure(func(p *amitest.Peer) { refusals("Challenge", nasty)(p); p.Login() }, nil),
		"a wrong secret":      loginFailure(func(p *amitest.Peer) { p.LoginAs("u", "another") }, nil),
		"no banner":           loginFailure(func(p *amitest.Peer) { p.Cut() }, nil),
		"half a banner":       loginFailure(func(p *amitest.Peer) { p.Write("Aster"); p.Cut() }, nil),
		"an endless banner":   loginFailure(func(p *amitest.Peer) { p.Write(strings.Repeat("x", 2<<20)); p.Cut() }, nil),
		"a cut login":         loginFailure(func(p *amitest.Peer) { p.Banner(""); p.Expect("Challenge"); p.Cut() }, nil),
		"a filter": loginFailure(func(p *amitest.Peer) {
			p.Handle("CoreSettings", func(p *amitest.Peer, a amitest.Action) { p.Success(a, "AsteriskVersion", nastyLine) })
			p.Login()
			p.Serve()
		}, func(c *ami.Config) { c.Filters = []ami.EventFilter{{Criteria: "name(X)"}} }),
		"a refused filter": loginFailure(func(p *amitest.Peer) { refusals("Filter", nasty)(p); p.Login(); p.Serve() },
			func(c *ami.Config) { c.Filters = []ami.EventFilter{{Expression: "x"}} }),
		"a wrong mask": loginFailure(idle, func(c *ami.Config) { c.EventMask = "call, user\n" }),
		"no user":      loginFailure(idle, func(c *ami.Config) { c.Username = "" }),
		"nobody there": func(t *testing.T) error {
			_, err := ami.Connect(t.Context(), "pbx", &ami.Config{Username: "u", Secret: secret, Dial: func(context.Context, string, string) (net.Conn, error) {
				return nil, errors.New("dial tcp: " + nasty)
			}})
			return err
		},
		"an impatient caller": func(t *testing.T) error {
			srv := serve(t, func(p *amitest.Peer) { p.LoginAs("u", "another") })
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			_, err := ami.Connect(ctx, srv.Addr(), configOf(srv, func(c *ami.Config) { c.RetryRefused = true }))
			return err
		},
	} {
		t.Run(what, func(t *testing.T) { wantText(t, what, fails(t)) })
	}
}

func idle(p *amitest.Peer) {}

func wantText(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	wantPrintable(t, what, err.Error())
	if !strings.HasPrefix(err.Error(), "ami: ") {
		t.Errorf("%s does not begin with its package: %s", what, err)
	}
}

// While a Client is away, its errors and those of its action sessions say why.
func TestErrorTextsOfAClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := make(chan *amitest.Peer, 10)
		var log shared
		srv := serve(t, func(p *amitest.Peer) {
			p.Banner("Nobody/" + nasty)
			p.Login()
			peers <- p
			p.Serve()
		})
		client := connectTo(t, srv, func(c *ami.Config) {
			c.RetryMin, c.RetryMax, c.ActionSessions, c.Logger = time.Hour, time.Hour, 1, logTo(&log)
		})
		sub := client.Subscribe(event.Named(), nil)
		(<-peers).Cut()
		synctest.Wait()
		_, err := client.Do(t.Context(), action.Ping{})
		wantText(t, "Do of a client that is away", err)
		wantError(t, "Do", err, io.EOF, "ami: Ping: not sent: not connected: ")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wantText(t, "Ready of a client that is away", client.Ready(ctx))
		for {
			if gap, ok := next(t, sub).(event.Gap); ok {
				wantText(t, "the gap", gap.Err)
				break
			}
		}
		_ = client.Close()
		for line := range strings.Lines(log.String()) {
			if len(line) > 1500 {
				t.Errorf("a line of the log has %d bytes: %.200q", len(line), line)
			}
		}
	})
}

// The end of a connection is io.EOF where the peer has closed it between two
// blocks.
func TestEOFIsWrapped(t *testing.T) {
	for what, script := range map[string]amitest.Script{
		"before the banner": func(p *amitest.Peer) { p.Cut() },
		"in the login":      func(p *amitest.Peer) { p.Banner(""); p.Expect("Challenge"); p.Cut() },
	} {
		srv := serve(t, script)
		_, err := ami.Dial(t.Context(), srv.Addr(), configOf(srv, nil))
		wantError(t, what, err, io.EOF)
	}
	conn := scripted(t, func(p *amitest.Peer) { p.Expect("Cue"); p.Cut() })
	_, err := conn.Do(t.Context(), action.New("Cue"))
	wantError(t, "Do", err, io.EOF, "closed by the peer")
	wantError(t, "Err", conn.Err(), io.EOF)
	half := scripted(t, func(p *amitest.Peer) { p.Expect("Cue"); p.Write("Response: Success\r\n"); p.Cut() })
	_, err = half.Do(t.Context(), action.New("Cue"))
	wantError(t, "Do in the middle of a block", err, io.ErrUnexpectedEOF)
}

// A Command that failed tells what it printed.
func TestFailedCommand(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {
		p.Reply(p.Expect("Command"), "Response", "Error", "Message", "Command output follows", "Output", "", "Output", "No such command 'x'", "Output", "more")
		p.Error(p.Expect("Command"), "Command blacklisted")
	})
	lines, err := ami.Command(t.Context(), conn, "x")
	wantError(t, "Command", err, nil, "ami: Command: No such command 'x'")
	if !slices.Equal(lines, []string{"", "No such command 'x'", "more"}) {
		t.Errorf("Command = %q", lines)
	}
	_, err = ami.Command(t.Context(), conn, "module load x")
	wantError(t, "Command", err, ami.ErrPermissionDenied, "blacklisted")
}

// Each fault of a certificate has its own advice, however many names it has.
func TestExpiredCertificate(t *testing.T) {
	ca := newAuthority(t)
	_, address := ca.serveTLS(t, nil)
	late := &tls.Config{RootCAs: ca.pool, ServerName: "pbx.test", Time: func() time.Time { return time.Now().Add(24 * time.Hour) }}
	_, err := ami.Dial(t.Context(), address, &ami.Config{Username: "u", Secret: secret, TLS: late})
	wantError(t, "Dial", err, nil, "renew the certificate")
	if strings.Contains(err.Error(), "RootCAs") {
		t.Errorf("an expired certificate is said to lack a CA: %v", err)
	}
	wantText(t, "an expired certificate", err)
}

// Every outcome in words.
func TestOutcomeTexts(t *testing.T) {
	results := []ami.Result{ami.ResultAnswered, ami.ResultBusy, ami.ResultNoAnswer, ami.ResultCongestion, ami.ResultRejected, ami.ResultCancelled, ami.ResultUnknown}
	for _, result := range results {
		for cause := range asterisk.Cause(130) {
			o := ami.Outcome{Result: result, Cause: cause, Why: nasty}
			text := o.String()
			if m := sameAgain.FindStringSubmatch(text); m != nil && m[1] == m[2] || len(text) > 500 {
				t.Errorf("the outcome %s with cause %d is %q", result, cause, text)
			}
		}
	}
	if got := (ami.Outcome{Result: ami.ResultNoAnswer, Cause: asterisk.CauseNoAnswer}).String(); got != "no answer" {
		t.Errorf("nobody answered: %q", got)
	}
	if got := (ami.Outcome{Result: ami.ResultBusy, Cause: asterisk.CauseUserBusy, Why: "x"}).String(); got != "busy (user busy): x" {
		t.Errorf("busy: %q", got)
	}
	wantPrintable(t, "a report", strings.ReplaceAll((&ami.Report{Version: asterisk.Version{Text: nasty}}).String(), "\n", " "))
	wantPrintable(t, "a limit", fmt.Sprint(&transport.LimitError{What: "line", Limit: 1, Size: 2}))
}
