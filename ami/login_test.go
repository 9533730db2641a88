package ami_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// Challenge has only AuthType MD5, the digest is lower-case hex of challenge
// and secret; plain if asked.
func TestLoginByMD5AndPlain(t *testing.T) {
	for _, plain := range []bool{false, true} {
		srv := serve(t, func(p *amitest.Peer) {
			p.LoginAs("u", secret)
			p.Serve()
			for _, a := range p.Received() {
				if got := a.Get("Secret") != ""; a.Name() == "Login" && got != plain {
					p.Fatalf("the login holds the secret: %v, want %v", got, plain)
				}
			}
		})
		conn := dialTo(t, srv, func(c *ami.Config) { c.PlainLogin = plain })
		if v := conn.Version(); v.Text != "22.10.1" || v.Major != 22 || v.Protocol != "11.0.0" {
			t.Errorf("Version() = %+v", v)
		}
		_ = conn.Close()
	}
}

// Failure = Error, then close: the error says what to check.
func TestLoginRefused(t *testing.T) {
	srv := serve(t, func(p *amitest.Peer) { p.LoginAs("u", "another") })
	_, err := ami.Dial(t.Context(), srv.Addr(), configOf(srv, nil))
	wantError(t, "Dial", err, ami.ErrLoginRefused,
		srv.Addr(), "Authentication failed", "Config.Username and Secret", "secret=", "permit=", "deny=")
	var refusal *ami.Error
	if !errors.As(err, &refusal) || refusal.Action != "Login" || refusal.Response.Message() != "Authentication failed" {
		t.Errorf("Dial = %#v, want the *Error of Login", err)
	}
	if errors.Is(err, ami.ErrClosed) || errors.Is(err, ami.ErrLoginInUse) {
		t.Errorf("Dial = %v, want it to be one thing", err)
	}
}

func inUse(p *amitest.Peer) {
	p.Handle("Login", func(p *amitest.Peer, a amitest.Action) {
		p.Error(a, "Login Already In Use")
		p.Cut()
	})
}

func TestLoginInUse(t *testing.T) {
	srv := serve(t, behindLogin2(inUse))
	_, err := ami.Dial(t.Context(), srv.Addr(), configOf(srv, nil))
	wantError(t, "Dial", err, ami.ErrLoginInUse, "allowmultiplelogin=no")
	if errors.Is(err, ami.ErrLoginRefused) {
		t.Errorf("Dial = %v is ErrLoginRefused, want it to be ErrLoginInUse alone", err)
	}
}

// behindLogin2 lets the script prepare the login.
func behindLogin2(prepare amitest.Script) amitest.Script {
	return func(p *amitest.Peer) {
		prepare(p)
		p.Login()
		p.Serve()
	}
}

func TestAuthenticationClosesWithoutAWord(t *testing.T) {
	srv := serve(t, func(p *amitest.Peer) {
		p.Banner("")
		_, _ = p.Next()
		p.Cut()
	})
	_, err := ami.Dial(t.Context(), srv.Addr(), configOf(srv, nil))
	wantError(t, "Dial", err, nil, "login to", "closed by the peer")
}

// Events and FullyBooted can arrive before the login response is processed.
func TestEventsBeforeTheLoginResponse(t *testing.T) {
	conn := dialTo(t, serve(t, behindLogin2(func(p *amitest.Peer) {
		p.Handle("Login", func(p *amitest.Peer, a amitest.Action) {
			p.Emit("Event", "FullyBooted", "Privilege", "system,all", "Status", "Fully Booted")
			p.Emit("Event", "SuccessfulAuth", "Privilege", "security,all")
			p.Success(a, "Message", "Authentication accepted")
		})
	})), nil)
	mustPing(t, conn)
}

// FullyBooted only if booted and system read + events on; on a booting PBX it
// comes later. A login without it never hangs.
func TestWaitForTheBoot(t *testing.T) {
	late := func(wait time.Duration, fields ...string) func(*amitest.Peer, amitest.Action) {
		return func(p *amitest.Peer, a amitest.Action) {
			<-time.After(wait) // by the bubble's clock: Asterisk holds its lock so long
			p.Reply(a, fields...)
		}
	}
	denied := late(0, "Response", "Error", "Message", "Permission denied")
	for subject, test := range map[string]struct {
		mask     string
		handlers map[string]func(*amitest.Peer, amitest.Action)
		accept   bool
		takes    time.Duration
	}{
		"booted, with system":    {mask: ""},
		"booted, without system": {mask: "call"},
		"no events at all":       {mask: "off"},
		"no rights to ask":       {mask: "call", handlers: map[string]func(*amitest.Peer, amitest.Action){"ModuleCheck": denied, "Command": denied}},
		"no such module":         {mask: "call", handlers: map[string]func(*amitest.Peer, amitest.Action){"ModuleCheck": late(0, "Response", "Error", "Message", "Module not loaded")}},
		"booting": {mask: "call", takes: 20 * time.Second,
			handlers: map[string]func(*amitest.Peer, amitest.Action){"ModuleCheck": late(20*time.Second, "Response", "Success")}},
		"booting, by the CLI": {mask: "call", takes: 70 * time.Second,
			handlers: map[string]func(*amitest.Peer, amitest.Action){"ModuleCheck": denied, "Command": late(70*time.Second, "Response", "Success")}},
		"booting and accepted": {mask: "call", accept: true,
			handlers: map[string]func(*amitest.Peer, amitest.Action){"ModuleCheck": late(time.Hour)}},
	} {
		t.Run(subject, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := serve(t, behindLogin2(func(p *amitest.Peer) {
					for name, handler := range test.handlers {
						p.Handle(name, handler)
					}
				}))
				start := time.Now()
				conn := dialTo(t, srv, func(c *ami.Config) { c.EventMask, c.AcceptBooting = test.mask, test.accept })
				if took := time.Since(start); took != test.takes {
					t.Errorf("Dial took %v, want %v", took, test.takes)
				}
				mustPing(t, conn)
			})
		})
	}
}

// Version from CoreSettings, else from the banner: never a failed login.
func TestVersionUnknownIsNoFailedLogin(t *testing.T) {
	conn := dialTo(t, serve(t, behindLogin2(func(p *amitest.Peer) {
		p.Handle("CoreSettings", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
	})), nil)
	if v := conn.Version(); v.Major != 22 || v.Text != "" || v.String() != "22" {
		t.Errorf("Version() = %+v, want the banner's", v)
	}
	synctest.Test(t, func(t *testing.T) {
		conn := dialTo(t, serve(t, skipping("CoreSettings")), nil)
		if v := conn.Version(); v.Major != 22 || v.Text != "" {
			t.Errorf("Version() = %+v when nothing was answered, want the banner's", v)
		}
	})
	conn = dialTo(t, serve(t, behindLogin2(func(p *amitest.Peer) {
		p.Handle("CoreSettings", func(p *amitest.Peer, a amitest.Action) { p.Success(a, "AsteriskVersion", "GIT-master-abc") })
	})), nil)
	if v := conn.Version(); v.Major != 22 || v.Text != "GIT-master-abc" {
		t.Errorf("Version() = %+v of a build without a number, want the banner's", v)
	}
}

func TestConfigIsChecked(t *testing.T) {
	never := func(context.Context, string, string) (net.Conn, error) {
		t.Error("a bad Config was dialled")
		return nil, net.ErrClosed
	}
	for _, test := range []struct {
		config *ami.Config
		says   string
	}{
		{nil, "Config.Username"},
		{&ami.Config{Dial: never}, "Config.Username"},
		{&ami.Config{Dial: never, Username: "u", EventMask: "call, user"}, `" user"`},
		{&ami.Config{Dial: never, Username: "u", EventMask: "Call"}, `"Call"`},
		{&ami.Config{Dial: never, Username: "u", EventMask: "call,"}, "EventMask"},
		{&ami.Config{Dial: never, Username: "u", EventMask: "calls"}, "lower case"},
	} {
		_, err := ami.Dial(t.Context(), "h", test.config)
		wantError(t, "Dial", err, nil, test.says)
		_, err = ami.Connect(t.Context(), "h", test.config)
		wantError(t, "Connect", err, nil, test.says)
	}
	for _, mask := range []string{"", "on", "off", "call", "call,user,system"} {
		srv := serve(t, func(p *amitest.Peer) {
			p.Login()
			if got := p.Received()[1].Get("Events"); got != mask {
				p.Fatalf("Events: %q, want %q", got, mask)
			}
			p.Serve()
		})
		dialTo(t, srv, func(c *ami.Config) { c.EventMask = mask })
	}
}

// Filters with criteria mean something else to an older Asterisk, which lets
// every event pass: the login fails instead.
func TestFilters(t *testing.T) {
	for version, knows := range map[string]bool{
		"22.10.1": true, "22.1.0": true, "23.0.0": true, "21.6.0": true, "20.11.1": true, "18.26.0": true,
		"22.0.0": false, "21.5.9": false, "20.10.0": false, "19.8.1": false, "18.25.0": false, "16.28.0": false, "what": false,
	} {
		for _, criteria := range []string{"", "name(Newchannel)"} {
			name := fmt.Sprintf("Asterisk %s, criteria %q", version, criteria)
			srv := serve(t, behindLogin2(func(p *amitest.Peer) {
				p.Handle("CoreSettings", func(p *amitest.Peer, a amitest.Action) { p.Success(a, "AsteriskVersion", version) })
				p.Handle("Filter", func(p *amitest.Peer, a amitest.Action) {
					if a.Get("Operation") != "Add" || a.Get("Filter") != "!Event: VarSet" || a.Get("MatchCriteria") != criteria {
						p.Error(a, "unexpected")
					}
					p.Success(a)
				})
			}))
			conn, err := ami.Dial(t.Context(), srv.Addr(), configOf(srv, func(c *ami.Config) {
				c.Filters = []ami.EventFilter{{Criteria: criteria, Expression: "!Event: VarSet"}}
			}))
			if err == nil {
				_ = conn.Close()
			}
			if want := knows || criteria == ""; (err == nil) != want {
				t.Errorf("%s: Dial = %v, want success: %v", name, err, want)
			}
			if err != nil {
				wantError(t, name, err, nil, "Config.Filters", version, "22.1")
			}
		}
	}
}

func TestFilterThatIsRefused(t *testing.T) {
	srv := serve(t, behindLogin2(func(p *amitest.Peer) {
		p.Handle("Filter", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Filter did not compile") })
	}))
	_, err := ami.Dial(t.Context(), srv.Addr(), configOf(srv, func(c *ami.Config) {
		c.Filters = []ami.EventFilter{{Expression: "("}}
	}))
	wantError(t, "Dial", err, nil, "Config.Filters", "did not compile")
}

// Wherever the login stands still, LoginTimeout or the caller's ctx ends it.
func TestLoginStandsStill(t *testing.T) {
	for phase, test := range map[string]struct {
		script  amitest.Script
		limited bool // by LoginTimeout
		says    string
	}{
		"banner":       {func(p *amitest.Peer) { <-p.Context().Done() }, true, "banner"},
		"challenge":    {stalling("Challenge"), true, "Challenge"},
		"login":        {stalling("Login"), true, "Login"},
		"CoreSettings": {stalling("CoreSettings"), false, "CoreSettings"},
		"filter":       {stalling("Filter"), false, "Config.Filters"},
		"boot":         {stalling("ModuleCheck"), false, "boot"},
	} {
		t.Run(phase, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := serve(t, test.script)
				config := configOf(srv, func(c *ami.Config) {
					c.LoginTimeout, c.EventMask, c.PingInterval = 7*time.Second, "call", -1
					c.Filters = []ami.EventFilter{{Expression: "x"}}
				})
				boss := errors.New("the boss said stop")
				ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, boss)
				defer cancel()
				_, err := ami.Dial(ctx, srv.Addr(), config)
				wantError(t, "Dial", err, context.DeadlineExceeded, test.says, boss.Error(), "login to")
				if !test.limited {
					return
				}
				start := time.Now()
				_, err = ami.Dial(t.Context(), srv.Addr(), config)
				wantError(t, "Dial", err, context.DeadlineExceeded, test.says, "Config.LoginTimeout")
				if took := time.Since(start); took != 7*time.Second {
					t.Errorf("Dial took %v, want LoginTimeout", took)
				}
			})
		})
	}
}

func TestServerThatCannotBeReached(t *testing.T) {
	refused := errors.New("connection refused")
	config := &ami.Config{Username: "u", Dial: func(context.Context, string, string) (net.Conn, error) { return nil, refused }}
	_, err := ami.Dial(t.Context(), "pbx", config)
	wantError(t, "Dial", err, refused, "ami: connect to pbx:5038")
	config.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	config.DialTimeout = time.Millisecond
	_, err = ami.Dial(t.Context(), "pbx", config)
	wantError(t, "Dial", err, context.DeadlineExceeded, "connect to")
}

// withPort: an address needs no port.
func TestDefaultPorts(t *testing.T) {
	for address, want := range map[string]string{
		"pbx": "pbx:5038", "pbx:1": "pbx:1", "10.0.0.1": "10.0.0.1:5038", "::1": "[::1]:5038", "[::1]": "[::1]:5038",
		"[::1]:7": "[::1]:7",
	} {
		var got string
		config := &ami.Config{Username: "u", Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			got = address
			return nil, net.ErrClosed
		}}
		if _, _ = ami.Dial(t.Context(), address, config); got != want {
			t.Errorf("Dial(%s) dialled %s, want %s", address, got, want)
		}
	}
}
