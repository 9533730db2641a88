package ami_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestLiveLogin(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		for _, c := range []struct {
			name   string
			secure bool
			mutate func(*ami.Config)
			sent   string // what the recording must hold
		}{
			{"MD5", false, nil, "> AuthType: MD5"},
			{"plain", false, func(c *ami.Config) { c.PlainLogin = true }, "> Secret: (redacted)"},
			{"TLS by address", true, func(c *ami.Config) { c.TLS = &tls.Config{RootCAs: s.CA()} }, "> AuthType: MD5"},
			{"TLS by name", true, func(c *ami.Config) { c.TLS = &tls.Config{RootCAs: s.CA(), ServerName: lab.TLSName} }, "> AuthType: MD5"},
			{"TLS plain login", true, func(c *ami.Config) { c.TLS = &tls.Config{RootCAs: s.CA()}; c.PlainLogin = true }, "> Secret: (redacted)"},
		} {
			t.Run(c.name, func(t *testing.T) {
				address := s.AMI()
				if c.secure {
					s.RequireOwn(t)
					address = s.AMITLS()
				}
				var record bytes.Buffer
				config := configFor(s, "all", c.mutate)
				config.Record = &record
				conn, err := ami.Dial(deadline(t, 10*time.Second), address, config)
				if err != nil {
					t.Fatalf("Dial = %v", err)
				}
				if got := conn.Version().Text; s.Asterisk() != "" && !strings.HasPrefix(got, s.Asterisk()) {
					t.Errorf("Version().Text = %q, want %q", got, s.Asterisk())
				}
				if got := conn.Version().Major; got < int(s.Version()) {
					t.Errorf("Version().Major = %d, want %s", got, s.Version())
				}
				_ = conn.Close()
				if !strings.Contains(record.String(), c.sent) {
					t.Errorf("the recording lacks %q:\n%s", c.sent, record.String())
				}
				if strings.Contains(record.String(), config.Secret) {
					t.Errorf("the recording holds the secret:\n%s", record.String())
				}
			})
		}
	})
}

// refused is a login that must fail, and what its error must say.
type refused struct {
	name   string
	is     error // nil for any
	says   []string
	within [2]time.Duration
	dial   func(context.Context) (*ami.Conn, error)
}

func (r refused) test(t *testing.T, secret string) {
	start := time.Now()
	conn, err := r.dial(deadline(t, 10*time.Second))
	took := time.Since(start)
	if err == nil {
		_ = conn.Close()
		t.Fatal("Dial succeeded, want an error")
	}
	if r.is != nil && !errors.Is(err, r.is) {
		t.Errorf("Dial = %v, want one that is %v", err, r.is)
	}
	for _, want := range r.says {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Dial = %q, want it to say %q", err, want)
		}
	}
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
		if strings.Contains(text, secret) {
			t.Errorf("the error holds the secret: %s", text)
		}
	}
	if took < r.within[0] || took > r.within[1] {
		t.Errorf("Dial took %v, want %v to %v", took, r.within[0], r.within[1])
	}
	t.Logf("%v: %v", took.Round(time.Millisecond), err)
}

func TestLiveLoginRefused(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		const wrong = "not-the-secret-at-all"
		dial := func(address string, mutate func(*ami.Config)) func(context.Context) (*ami.Conn, error) {
			return func(ctx context.Context) (*ami.Conn, error) {
				return ami.Dial(ctx, address, configFor(s, "all", mutate))
			}
		}
		// Asterisk waits a second before it refuses a login.
		login, handshake := [2]time.Duration{900 * time.Millisecond, atOnce}, [2]time.Duration{0, atOnce}
		for _, c := range []refused{
			{"wrong secret", ami.ErrLoginRefused, []string{"Config.Username and Secret", "secret=", "permit="}, login,
				dial(s.AMI(), func(c *ami.Config) { c.Secret = wrong })},
			{"wrong secret in plain", ami.ErrLoginRefused, []string{"Config.Username and Secret"}, login,
				dial(s.AMI(), func(c *ami.Config) { c.Secret, c.PlainLogin = wrong, true })},
			{"unknown user", ami.ErrLoginRefused, []string{"Config.Username and Secret"}, login,
				dial(s.AMI(), func(c *ami.Config) { c.Username = "nobody" })},
			{"wrong TLS name", nil, []string{"Config.TLS.ServerName", lab.TLSName}, handshake,
				dial(s.AMITLS(), func(c *ami.Config) { c.TLS = &tls.Config{RootCAs: s.CA(), ServerName: "other.test"} })},
			{"unknown CA", nil, []string{"Config.TLS.RootCAs", "tlscertfile"}, handshake,
				dial(s.AMITLS(), func(c *ami.Config) { c.TLS = &tls.Config{} })},
			{"TLS on the plain port", nil, []string{"tlsbindaddr"}, handshake,
				dial(s.AMI(), func(c *ami.Config) { c.TLS = &tls.Config{RootCAs: s.CA()} })},
			{"no TLS on its port", context.DeadlineExceeded, []string{"banner", "Config.TLS"}, handshake,
				dial(s.AMITLS(), func(c *ami.Config) { c.LoginTimeout = 500 * time.Millisecond })},
		} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				secret := s.User("all").Secret
				if strings.HasPrefix(c.name, "wrong secret") {
					secret = wrong
				}
				c.test(t, secret)
			})
		}
	})
}

func TestLiveClientEndsWithRefusedLogin(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		config := configFor(s, "all", func(c *ami.Config) { c.Secret = "wrong"; c.KeepTrying = true })
		if _, err := ami.Connect(deadline(t, 10*time.Second), s.AMI(), config); !errors.Is(err, ami.ErrLoginRefused) {
			t.Errorf("Connect = %v, want ErrLoginRefused", err)
		}
	})
}

// Without read=system there is no FullyBooted, and nothing must wait for it.
func TestLiveLoginIsQuickForEveryUser(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for _, user := range []string{"all", "nosystem", "nocall", "readonly", "noread", "crm", "impatient"} {
			for _, mask := range []string{"", "off", "call"} {
				start := time.Now()
				conn := connect(t, s, user, func(c *ami.Config) { c.EventMask = mask })
				took := time.Since(start)
				if took > atOnce {
					t.Errorf("login of %s with mask %q took %v, want it at once", user, mask, took)
				}
				if _, err := conn.Do(deadline(t, time.Second), action.Ping{}); err != nil {
					t.Errorf("Ping as %s with mask %q = %v", user, mask, err)
				}
			}
		}
	})
}

func TestLiveLoginInUse(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		first := connect(t, s, "single", nil)
		second := refused{"", ami.ErrLoginInUse, []string{"allowmultiplelogin=no", "manager.conf"}, [2]time.Duration{900 * time.Millisecond, atOnce},
			func(ctx context.Context) (*ami.Conn, error) {
				return ami.Dial(ctx, s.AMI(), configFor(s, "single", nil))
			}}
		second.test(t, s.User("single").Secret)
		if _, err := first.Do(deadline(t, time.Second), action.Ping{}); err != nil {
			t.Errorf("Ping on the first login = %v after the second was refused", err)
		}
		_ = first.Close()
		// Asterisk frees the name when it has noticed the end of the first.
		client, err := ami.Connect(deadline(t, 20*time.Second), s.AMI(), configFor(s, "single", func(c *ami.Config) { c.RetryRefused = true }))
		if err != nil {
			t.Fatalf("Connect after the first login was closed = %v", err)
		}
		_ = client.Close()
	})
}

func TestLiveLoginWhileBooting(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{HoldBoot: true, Users: []lab.User{{Name: "command", Read: "call", Write: "command"}}})
			accept := func(c *ami.Config) { c.AcceptBooting = true }
			// Those who may not ask don't wait either.
			for user, mutate := range map[string]func(*ami.Config){"all": accept, "nosystem": accept, "command": accept, "crm": nil, "readonly": nil} {
				start := time.Now()
				connect(t, s, user, mutate)
				if took := time.Since(start); took > atOnce {
					t.Errorf("login of %s took %v while booting, want it at once", user, took)
				}
			}
			users := []string{"all", "nosystem", "noread", "command"}
			ready := make(chan *ami.Client, len(users))
			var waiting sync.WaitGroup
			for _, user := range users {
				waiting.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
					defer cancel()
					_, err := ami.Dial(ctx, s.AMI(), configFor(s, user, nil))
					if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "wait for Asterisk to boot") {
						t.Errorf("Dial(%s) while booting = %v, want a deadline exceeded while it waits for the boot", user, err)
					}
				})
			}
			waiting.Wait()
			for _, user := range users {
				go func() { ready <- connectWhileBooting(t, s, user) }()
			}
			if err := s.ReleaseBoot(); err != nil {
				t.Fatal(err)
			}
			for range users {
				client := <-ready
				if client == nil {
					continue
				}
				start := time.Now()
				_, err := ami.Command(deadline(t, 10*time.Second), client, "core waitfullybooted")
				if took := time.Since(start); err != nil || took > atOnce {
					t.Errorf("core waitfullybooted after Connect = %v after %v, want it at once", err, took)
				}
				_ = client.Close()
			}
		})
	}
}

func connectWhileBooting(t *testing.T, s *lab.Server, user string) *ami.Client {
	client, err := ami.Connect(deadline(t, 30*time.Second), s.AMI(), configFor(s, user, nil))
	if err != nil {
		t.Errorf("Connect(%s) while booting = %v", user, err)
		return nil
	}
	return client
}

// Asterisk closes what is over authlimit without a word.
func TestLiveAuthLimit(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Manager: "authlimit = 1"})
			idle := unauthenticated(t, s)
			defer idle.Close()
			refused{"", nil, []string{"authlimit", "manager.conf"}, [2]time.Duration{0, atOnce},
				func(ctx context.Context) (*ami.Conn, error) { return ami.Dial(ctx, s.AMI(), configFor(s, "all", nil)) }}.test(t, s.User("all").Secret)
		})
	}
}

// unauthenticated takes the one place there is: that of the lab, which asks
// whether the server is up, may be about to get free.
func unauthenticated(t *testing.T, s *lab.Server) net.Conn {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		idle, err := net.Dial("tcp", s.AMI())
		if err != nil {
			t.Fatal(err)
		}
		_, err = idle.Read(make([]byte, 1)) // its banner: it counts now
		if err == nil {
			return idle
		}
		_ = idle.Close()
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}
