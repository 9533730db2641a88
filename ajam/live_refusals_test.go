package ajam_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// turnedAway checks that who can't get in learns why, soon.
func turnedAway(t *testing.T, url string, config *ajam.Config, is error, says ...string) {
	t.Helper()
	start := time.Now()
	_, err := ajam.Connect(deadline(t, 10*time.Second), url, config)
	wantError(t, "Connect", err, is, says...)
	if took := time.Since(start); took > atOnce {
		t.Errorf("Connect took %v", took)
	}
	t.Log(err)
}

func TestLiveTurnedAway(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for _, way := range ways(t, s) {
			for _, c := range []struct {
				name   string
				path   string
				mutate func(*ajam.Config)
				is     error
				says   []string
			}{
				{"wrong secret", "", func(c *ajam.Config) { c.Secret = secret }, ami.ErrLoginRefused, []string{"Authentication failed", "manager.conf"}},
				{"wrong secret, plain", "", func(c *ajam.Config) { c.Secret, c.PlainLogin = secret, true }, ami.ErrLoginRefused, []string{"Authentication failed"}},
				{"wrong secret, digest", "", func(c *ajam.Config) { c.Secret, c.Digest = secret, true }, ami.ErrLoginRefused, []string{"401", "Secret"}},
				{"wrong case, digest", "", func(c *ajam.Config) { c.Username, c.Digest = "ALL", true }, ami.ErrLoginRefused, []string{"401", "case"}},
				{"unknown user", "", func(c *ajam.Config) { c.Username = "nobody" }, ami.ErrLoginRefused, []string{"Authentication failed"}},
				{"wrong prefix", "/nowhere", nil, nil, []string{"404", "prefix="}},
				{"wrong prefix, digest", "/nowhere", useDigest, nil, []string{"404", "prefix="}},
			} {
				t.Run(way.name+c.name, func(t *testing.T) {
					turnedAway(t, way.url+c.path, configOn(t, way, s, "all", c.mutate), c.is, c.says...)
				})
			}
		}
	})
}

func TestLiveWrongPort(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for _, c := range []struct {
			name string
			url  string
			says []string
		}{
			{"AMI's port", "http://" + s.AMI(), []string{"bindport="}},
			{"HTTP's port with TLS", "https://" + s.HTTP(), []string{"HTTPS client", "tlsbindaddr="}},
			{"HTTPS' port without", "http://" + s.HTTPS(), []string{"tlsbindaddr="}},
			{"unknown CA", "https://" + s.HTTPS(), []string{"certificate", "Config.TLS.RootCAs", "Config.HTTPClient"}},
		} {
			t.Run(c.name, func(t *testing.T) { turnedAway(t, c.url, configFor(s, "all", nil), nil, c.says...) })
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
			for _, way := range ways(t, off) {
				for _, mutate := range credentials {
					turnedAway(t, way.url+"/asterisk", configOn(t, way, off, "all", mutate), nil, "404", "webenabled=yes")
				}
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
	synctest.Test(t, func(t *testing.T) {
		client, server := amitest.Pipe()
		defer server.Close()
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return client, nil }}
		defer transport.CloseIdleConnections()
		start := time.Now()
		_, err := ajam.Connect(t.Context(), "http://pbx", &ajam.Config{Config: ami.Config{Username: "u", LoginTimeout: time.Minute}, HTTPClient: &http.Client{Transport: transport}})
		wantError(t, "Connect", err, context.DeadlineExceeded, "Config.LoginTimeout")
		if took := time.Since(start); took != time.Minute || errors.Is(err, ami.ErrOutcomeUnknown) {
			t.Errorf("Connect = %v after %v", err, took)
		}
	})
}

// A user without rights is let in, and told what is missing.
func TestLiveNoRights(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Users: []lab.User{{Name: "none"}}})
			for _, way := range ways(t, s) {
				for name, mutate := range credentials {
					t.Run(way.name+name, func(t *testing.T) { hasNoRights(t, connectOn(t, way, s, "none", mutate), v) })
				}
			}
		})
	}
}

func hasNoRights(t *testing.T, c *ajam.Client, v lab.Version) {
	_, err := c.Do(deadline(t, 5*time.Second), action.Command{Command: "core show uptime"})
	wantError(t, "Do", err, ami.ErrPermissionDenied, "write=command")
	if got := c.Version().Major; got < int(v) {
		t.Errorf("Version().Major = %d without the right to ask; the HTTP server tells it", got)
	}
	report, err := ami.Check(deadline(t, 10*time.Second), c)
	if err != nil || report.User != "none" || len(report.Problems) == 0 {
		t.Errorf("Check = %v, %v", report, err)
	}
	if stats := c.Stats(); stats.Logins != 1 {
		t.Errorf("%d logins", stats.Logins)
	}
}
