package ajam

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// Config says how to log in and how to stay logged in: an [ami.Config], which may
// be the one that a program uses over AMI, and what only HTTP has.
//
//	&ajam.Config{Config: ami.Config{Username: "crm", Secret: secret}, Digest: true}
//
// Config is read by [Connect] and must not be changed after that; unless it has a
// Record it may be shared. The zero value of each field is a usable default, but for
// Username and Secret. A negative number or duration means that default, too, and
// one that is too large to be counted is as good as none: it does no harm. These
// fields of [ami.Config] mean something else over HTTP:
//
//   - Username: with Digest it must be spelled as in manager.conf.
//   - PlainLogin: the secret is sent in the body of a POST. No meaning with Digest.
//   - TLS, Dial, DialTimeout: are those of the HTTP client that Connect makes if
//     HTTPClient is nil. TLS is for URLs that begin with https; with http it is an
//     error of Connect. DialTimeout is for TCP, and again for TLS. With a Dial, the
//     proxy that the environment names is not used.
//   - Standby: further URLs that are tried in turn.
//   - RetryRefused: with Digest a wrong Username is then tried again on an Asterisk
//     that it may have ended before.
//   - ActionSessions: no meaning, for actions do not wait for each other.
//   - LoginTimeout: for all requests of a login.
//   - PingInterval: counts only with EventMask "off"; otherwise the requests for
//     events are signs of life. Asterisk ends a session that is not used, so a Ping
//     is sent three times in httptimeout of manager.conf at least, also with a
//     negative PingInterval; but with Digest only as often as PingInterval says.
//   - PingTimeout: how long the answer to a Ping may take, and the answer to a
//     request for events after PollTimeout, before the session is given up.
//   - BusyLimit: no meaning, for an action that takes time holds up no sign of life.
//   - MaxInFlight: each action has an HTTP connection of its own, so 0 means 16:
//     Asterisk serves a hundred connections unless http.conf says otherwise. One
//     list of ami.Each counts until its answer has come, however long the loop takes.
//   - MaxListBytes: for Do it is the size of the whole answer. An answer that has
//     begun and then stalls for a minute, or comes at less than 1 KiB a second for
//     longer, is given up, too.
//   - Record: a session is written as a connection that does the same. Requests for
//     events are left out, and the events written as they come; so are the HTTP
//     headers.
//
// Printing a Config, or writing it as JSON or XML, shows no secret, unless it is
// in an unexported field of what is printed.
type Config struct {
	ami.Config

	// Digest proves who asks by HTTP Digest in every request, at arawman,
	// instead of by a login that a cookie is the key to. It is of use where a
	// proxy keeps cookies from passing. A wrong or misspelt Username can end an
	// Asterisk before 20.20.1, 21.12.3, 22.10.1 and 23.4.1 (its advisory
	// GHSA-3rhj-hhw7-m6fw). Use it with those only when cookies do not work,
	// and the name is known to be right.
	Digest bool

	// HTTPClient carries the requests: its Transport is where a proxy, a client
	// certificate or further headers are set up. Its Jar is not used, and
	// redirects are not followed; a Timeout would end slow actions, and polls.
	// Nil means one that is made of TLS, Dial and DialTimeout.
	HTTPClient *http.Client

	// PollTimeout is how long a request for events may wait for one, in whole
	// seconds; 0 means 1 s. A longer one saves requests while nothing happens,
	// but then a snapshot's [event.Synced] can take as long.
	PollTimeout time.Duration
}

// String shows whose login it is, and no secret.
func (c Config) String() string {
	return fmt.Sprintf("ajam.Config{Username: %q, Digest: %t}", c.Username, c.Digest)
}

// Format is String, so that no verb of fmt prints the secret.
func (c Config) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.String()) }

// LogValue keeps the secret out of structured logs.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText is String, so that neither JSON nor XML has the secret. Reading a
// Config from either is as with any struct; the fields of ami.Config are beside the
// others.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// settings are a Config with its defaults, and without the secret.
type settings struct {
	session.Resolved[ami.EventFilter]
	digest      bool
	httpClient  *http.Client // nil if there is to be one of our own
	dials       bool         // Dial was set
	pollTimeout time.Duration
}

// longestPoll is as many seconds as Asterisk reads (main/manager.c,
// action_waitevent); httptimeout of manager.conf bounds them besides.
const longestPoll = math.MaxInt32 * time.Second

// settings returns what a client of the Config goes by. A nil Config is an empty one.
func (c *Config) settings() (settings, error) {
	if c == nil {
		c = new(Config)
	}
	given := session.Settings[ami.EventFilter](c.Config)
	s := settings{Resolved: given.Resolve(16), digest: c.Digest, httpClient: c.HTTPClient, dials: c.Dial != nil, pollTimeout: c.PollTimeout}
	session.Duration(&s.pollTimeout, time.Second)
	s.pollTimeout = min(s.pollTimeout, longestPoll)
	if s.pollTimeout%time.Second != 0 {
		return s, fmt.Errorf("ajam: Config.PollTimeout %v is not in whole seconds", s.pollTimeout)
	}
	return s, given.Check("ajam")
}

var errPlainTLS = errors.New("ajam: Config.TLS is set, but the URL begins with http://: use https")
