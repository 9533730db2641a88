package ajam_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// Who is turned away learns why, soon.
func TestLiveTurnedAway(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for _, c := range []struct {
			name   string
			url    string
			mutate func(*ajam.Config)
			is     error
			says   []string
		}{
			{"wrong secret", plain(s), func(c *ajam.Config) { c.Secret = secret }, ami.ErrLoginRefused, []string{"Authentication failed", "manager.conf"}},
			{"wrong secret, plain", plain(s), func(c *ajam.Config) { c.Secret, c.PlainLogin = secret, true }, ami.ErrLoginRefused, []string{"Authentication failed"}},
			{"wrong secret, digest", plain(s), func(c *ajam.Config) { c.Secret, c.Digest = secret, true }, ami.ErrLoginRefused, []string{"401", "Secret"}},
			{"wrong case, digest", plain(s), func(c *ajam.Config) { c.Username, c.Digest = "ALL", true }, ami.ErrLoginRefused, []string{"401", "case"}},
			{"unknown user", plain(s), func(c *ajam.Config) { c.Username = "nobody" }, ami.ErrLoginRefused, []string{"Authentication failed"}},
			{"wrong prefix", plain(s) + "/nowhere", nil, nil, []string{"404", "prefix="}},
			{"wrong prefix, digest", plain(s) + "/nowhere", useDigest, nil, []string{"404", "prefix="}},
			{"AMI's port", "http://" + s.AMI(), nil, nil, []string{"bindport="}},
			{"HTTP's port with TLS", "https://" + s.HTTP(), nil, nil, []string{"HTTPS client", "tlsbindaddr="}},
			{"HTTPS' port without", "http://" + s.HTTPS(), nil, nil, []string{"tlsbindaddr="}},
			{"unknown CA", "https://" + s.HTTPS(), nil, nil, []string{"certificate", "Config.HTTPClient"}},
		} {
			t.Run(c.name, func(t *testing.T) {
				start := time.Now()
				_, err := ajam.Connect(deadline(t, 10*time.Second), c.url, configFor(s, "all", c.mutate))
				wantError(t, "Connect", err, c.is, c.says...)
				if took := time.Since(start); took > 3*time.Second {
					t.Errorf("Connect took %v", took)
				}
				t.Log(err)
			})
		}
	})
}

// TLS with a CA of one's own, and the secret in plain inside it.
func TestLiveTLS(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for name, mutate := range credentials {
			t.Run(name, func(t *testing.T) {
				transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.CA()}}
				defer transport.CloseIdleConnections()
				c, err := ajam.Connect(deadline(t, 10*time.Second), "https://"+s.HTTPS(), configFor(s, "all", func(c *ajam.Config) {
					mutate(c)
					c.PlainLogin, c.HTTPClient = true, &http.Client{Transport: transport}
				}))
				if err != nil {
					t.Fatalf("Connect = %v", err)
				}
				defer c.Close()
				if _, err := c.Do(deadline(t, 5*time.Second), action.Ping{}); err != nil {
					t.Errorf("Do = %v", err)
				}
			})
		}
	})
}

// Without webenabled there is no rawman; with a prefix it is below that.
func TestLiveWebSettings(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			off := lab.Start(t, v, &lab.Config{Manager: "webenabled = no", Append: map[string]string{"http.conf": "prefix = asterisk"}})
			for _, mutate := range credentials {
				_, err := ajam.Connect(deadline(t, 10*time.Second), plain(off)+"/asterisk", configFor(off, "all", mutate))
				wantError(t, "Connect", err, nil, "404", "webenabled=yes")
			}
			on := lab.Start(t, v, &lab.Config{Append: map[string]string{"http.conf": "prefix = asterisk"}})
			for _, path := range []string{"/asterisk", "/asterisk/", "/ASTERISK"} {
				for _, mutate := range credentials {
					c, err := ajam.Connect(deadline(t, 10*time.Second), plain(on)+path, configFor(on, "all", mutate))
					if err != nil {
						t.Errorf("Connect(%s) = %v", path, err)
						continue
					}
					_ = c.Close()
				}
			}
		})
	}
}

// A server that takes a connection and says nothing costs LoginTimeout.
func TestSilentPort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	start := time.Now()
	_, err = ajam.Connect(t.Context(), "http://"+listener.Addr().String(), &ajam.Config{Username: "u", LoginTimeout: 300 * time.Millisecond})
	wantError(t, "Connect", err, context.DeadlineExceeded, "Config.LoginTimeout")
	if took := time.Since(start); took > 3*time.Second || errors.Is(err, ami.ErrOutcomeUnknown) {
		t.Errorf("Connect = %v after %v", err, took)
	}
}

// A user without rights is let in, and told what is missing.
func TestLiveNoRights(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Users: []lab.User{{Name: "none"}}})
			for name, mutate := range credentials {
				c := connect(t, s, "none", mutate)
				_, err := c.Do(deadline(t, 5*time.Second), action.Command{Command: "core show uptime"})
				wantError(t, name, err, ami.ErrPermissionDenied, "write=command")
				if got := c.Version().Major; got < int(v) {
					t.Errorf("%s: Version().Major = %d without the right to ask; the HTTP server tells it", name, got)
				}
				report, err := ami.Check(deadline(t, 10*time.Second), c)
				if err != nil || report.User != "none" || len(report.Problems) == 0 {
					t.Errorf("%s: Check = %v, %v", name, report, err)
				}
				if stats := c.Stats(); stats.Logins != 1 {
					t.Errorf("%s: %d logins", name, stats.Logins)
				}
			}
		})
	}
}
