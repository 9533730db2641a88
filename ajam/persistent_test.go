package ajam_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// connectors make a client of one Config, over AMI and over HTTP: the call is all that differs.
var connectors = map[string]func(ctx context.Context, srv *amitest.Server, config ami.Config) (ami.Persistent, error){
	"ami": func(ctx context.Context, srv *amitest.Server, config ami.Config) (ami.Persistent, error) {
		config.Dial = srv.Dial
		return ami.Connect(ctx, srv.Addr(), &config)
	},
	"ajam": func(ctx context.Context, srv *amitest.Server, config ami.Config) (ami.Persistent, error) {
		return ajam.Connect(ctx, "http://pbx", &ajam.Config{Config: config, HTTPClient: srv.HTTPClient()})
	},
}

// A client that has lost its session is not done; one that was closed or refused is, and Err tells why.
func TestDone(t *testing.T) {
	for name, connect := range connectors {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				closed, err := connect(t.Context(), serve(t, nil), ami.Config{Username: "u"})
				if err != nil {
					t.Fatalf("Connect = %v", err)
				}
				refused, srv := refusedLater(t, connect)
				if err := closed.Close(); err != nil {
					t.Errorf("Close = %v", err)
				}
				for c, want := range map[ami.Persistent]error{closed: ami.ErrClosed, refused: ami.ErrLoginRefused} {
					<-c.Done()
					if err := c.Err(); !errors.Is(err, want) {
						t.Errorf("Err = %v, want %v", err, want)
					}
					if err := c.Ready(t.Context()); !errors.Is(err, want) {
						t.Errorf("Ready = %v, want %v", err, want)
					}
				}
				if n := srv.Connections(); n < 3 {
					t.Errorf("%d connections, want a first, one after the loss, and a refused one", n)
				}
				_ = refused.Close()
			})
		})
	}
}

// refusedLater makes a client that has lost its first session, and will be refused after the second.
func refusedLater(t *testing.T, connect func(context.Context, *amitest.Server, ami.Config) (ami.Persistent, error)) (ami.Persistent, *amitest.Server) {
	t.Helper()
	peers := make(chan *amitest.Peer, 10)
	var changed atomic.Bool // the secret
	srv := serve(t, func(p *amitest.Peer) {
		if changed.Load() {
			p.LoginAs("u", "another")
			return
		}
		p.Login()
		peers <- p
		p.Serve()
	})
	c, err := connect(t.Context(), srv, ami.Config{Username: "u"})
	if err != nil {
		t.Fatalf("Connect = %v", err)
	}
	for n := range 2 {
		peer := <-peers
		changed.Store(n == 1)
		peer.Cut()
		select {
		case <-c.Done():
			t.Error("Done is closed after a loss")
		default:
		}
		if c.Err() != nil {
			t.Errorf("Err = %v after a loss", c.Err())
		}
	}
	return c, srv
}

// program is one that watches its session: it is ready or not, has metrics, does its work and tells the outcome. It
// knows no way in.
type program struct{ client ami.Persistent }

// ready is the answer to a readiness probe.
func (p program) ready(ctx context.Context) error {
	select {
	case <-p.client.Done():
		return p.client.Err()
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return p.client.Ready(ctx)
}

// metrics are what a metrics library would be given.
func (p program) metrics() map[string]int64 {
	s := p.client.Stats()
	return map[string]int64{
		"logins": s.Logins, "connections": s.Connections, "actions": s.Actions, "responses": s.Responses, "events": s.Events,
		"bytes in": s.BytesIn, "bytes out": s.BytesOut, "orphans": s.Orphans, "late": s.Late, "oversized": s.Oversized, "doubtful": s.Doubtful,
	}
}

// outcome calls somebody and tells what became of it.
func (p program) outcome(ctx context.Context, channel string) (string, error) {
	call, err := ami.Originate(ctx, p.client, action.Originate{Channel: channel, Application: "Wait", Data: "1", Timeout: 20 * time.Second})
	if err != nil {
		return "", err
	}
	outcome, err := call.Wait(ctx)
	return fmt.Sprint(outcome.Result), err
}

// run does all of that, on a server of the version.
func (p program) run(t *testing.T, v lab.Version) {
	t.Helper()
	ctx := deadline(t, time.Minute)
	if err := p.ready(ctx); err != nil {
		t.Fatalf("not ready: %v", err)
	}
	if got := p.client.Version().Major; got < int(v) {
		t.Errorf("Version().Major = %d, want at least %d", got, v)
	}
	for channel, want := range map[string]ami.Result{"Local/answer-short@outcome": ami.ResultAnswered, "Local/busy@outcome": ami.ResultBusy} {
		if got, err := p.outcome(ctx, channel); err != nil || got != fmt.Sprint(want) {
			t.Errorf("the outcome of %s is %s, %v; want %v", channel, got, err, want)
		}
	}
	for name, n := range p.metrics() {
		usual := !strings.Contains("orphans late oversized doubtful", name)
		if usual != (n > 0) || (name == "logins" || name == "connections") && n != 1 {
			t.Errorf("metrics: %d %s", n, name)
		}
	}
	if err := p.client.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
	if err := p.ready(ctx); !errors.Is(err, ami.ErrClosed) {
		t.Errorf("ready after Close: %v", err)
	}
}

// One program, with readiness, metrics and outcomes, runs over AMI and over HTTP by another constructor alone.
func TestLivePersistent(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		u := s.User("all")
		config := ami.Config{Username: u.Name, Secret: u.Secret}
		for name, connect := range map[string]func() (ami.Persistent, error){
			"ami": func() (ami.Persistent, error) { return ami.Connect(deadline(t, time.Minute), s.AMI(), &config) },
			"ajam": func() (ami.Persistent, error) {
				return ajam.Connect(deadline(t, time.Minute), plain(s), &ajam.Config{Config: config})
			},
			"ajam digest": func() (ami.Persistent, error) {
				return ajam.Connect(deadline(t, time.Minute), plain(s), &ajam.Config{Config: config, Digest: true})
			},
		} {
			t.Run(name, func(t *testing.T) {
				client, err := connect()
				if err != nil {
					t.Fatalf("Connect = %v", err)
				}
				defer client.Close()
				program{client}.run(t, s.Version())
			})
		}
	})
}

// A Config that sets what only AMI has serves HTTP, too.
func TestOneConfig(t *testing.T) {
	for name, connect := range connectors {
		t.Run(name, func(t *testing.T) {
			var record, log journal
			config := ami.Config{
				Username: "u", Secret: secret, PlainLogin: true, EventMask: "call,user", Filters: []ami.EventFilter{{Expression: "!x"}},
				KeepTrying: true, RetryRefused: true, AcceptBooting: true, ActionSessions: 2, DialTimeout: time.Minute, LoginTimeout: time.Minute,
				PingInterval: -1, PingTimeout: time.Minute, BusyLimit: time.Minute, RetryMin: time.Second, RetryMax: time.Minute,
				StableAfter: time.Hour, MaxInFlight: 100, MaxListItems: 10, MaxListBytes: 1 << 20, Record: &record, Logger: slog.New(slog.NewTextHandler(&log, nil)),
			}
			client, err := connect(t.Context(), serve(t, func(p *amitest.Peer) {
				p.LoginAs("u", secret)
				p.Serve()
			}), config)
			if err != nil {
				t.Fatalf("Connect = %v", err)
			}
			mustDo(t, client, "Ping")
			_ = client.Close()
			if !strings.Contains(log.String(), "logged in") || !strings.Contains(record.String(), "> Filter: !x") {
				t.Errorf("the log says %q, the record %q", log.String(), record.String())
			}
			if strings.Contains(record.String()+log.String(), secret) {
				t.Errorf("the record or the log holds the secret: %q", record.String())
			}
		})
	}
}

// Without an HTTPClient, Dial and TLS make the connection; a URL that would leave TLS out is refused.
func TestDialAndTLS(t *testing.T) {
	web := httptest.NewTLSServer(serve(t, nil))
	defer web.Close()
	var dialled atomic.Pointer[string]
	config := &ajam.Config{Config: ami.Config{Username: "u", Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		dialled.Store(&address)
		return (&net.Dialer{}).DialContext(ctx, network, web.Listener.Addr().String())
	}}}
	_, err := ajam.Connect(t.Context(), "https://example.com/asterisk", config)
	wantError(t, "Connect without the CA", err, nil, "Config.TLS.RootCAs")
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	config.TLS = &tls.Config{RootCAs: pool}
	_, err = ajam.Connect(t.Context(), "http://example.com/asterisk", config)
	wantError(t, "Connect to http with TLS", err, nil, "ajam: Config.TLS", "https")
	config.Standby = []string{"http://example.com"}
	_, err = ajam.Connect(t.Context(), "https://example.com/asterisk", config)
	wantError(t, "Connect with a Standby without TLS", err, nil, "ajam: Config.TLS")
	config.Standby = nil
	c, err := ajam.Connect(t.Context(), "https://example.com/asterisk", config)
	if err != nil {
		t.Fatalf("Connect = %v", err)
	}
	defer c.Close()
	mustDo(t, c, "Ping")
	if got := *dialled.Load(); got != "example.com:443" {
		t.Errorf("dialled %s", got)
	}
}

// Connect with a context that has ended connects to nobody.
func TestConnectTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dials atomic.Int64
		login := ami.Config{Username: "u", Dial: func(context.Context, string, string) (net.Conn, error) {
			dials.Add(1)
			return nil, errors.New("nobody there")
		}}
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("too late"))
		_, overAMI := ami.Connect(ctx, "pbx", &login)
		_, overHTTP := ajam.Connect(ctx, "http://pbx", &ajam.Config{Config: login})
		for _, err := range []error{overAMI, overHTTP} {
			if !errors.Is(err, context.Canceled) || !errors.Is(err, context.Cause(ctx)) {
				t.Errorf("Connect = %v, want context.Canceled and its cause", err)
			}
		}
		if dials.Load() > 0 {
			t.Errorf("%d dials", dials.Load())
		}
	})
}

// A dial for a request that nobody waits for any more ends before Close returns.
func TestCloseWaitsForDials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dialing atomic.Int64
		config := &ajam.Config{Config: ami.Config{Username: "u", KeepTrying: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			dialing.Add(1)
			defer dialing.Add(-1)
			<-ctx.Done()
			<-time.After(time.Second) // as one that is slow to notice
			return nil, ctx.Err()
		}}}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, err := ajam.Connect(ctx, "http://pbx", config)
		wantError(t, "Connect", err, context.DeadlineExceeded)
		if left := dialing.Load(); left != 0 {
			t.Errorf("%d dials go on after Connect has failed", left)
		}
	})
}

// A dial that hangs ends with DialTimeout.
func TestDialTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := &ajam.Config{Config: ami.Config{Username: "u", DialTimeout: 3 * time.Second, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}}
		start := time.Now()
		_, err := ajam.Connect(t.Context(), "http://pbx", config)
		wantError(t, "Connect", err, context.DeadlineExceeded)
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("Connect took %v", took)
		}
	})
}
