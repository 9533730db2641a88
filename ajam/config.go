package ajam

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Config says how to log in and how to stay logged in. It is read by [Connect]
// and must not be changed after that; it may be shared. The zero value of each
// field is a usable default, but for Username and Secret. A negative number or
// duration means that default, too, and one that is too large to be counted is
// as good as none: it does no harm.
//
// Printing a Config, or writing it as JSON or XML, shows no secret, unless it is
// in an unexported field of what is printed.
type Config struct {
	// Username and Secret are those of manager.conf. With Digest, Username
	// must be spelled as it is there.
	Username string
	Secret   string
	// PlainLogin sends the secret as it is, in the body of a POST, for servers
	// without MD5 login. It has no meaning with Digest.
	PlainLogin bool
	// Digest proves who asks by HTTP Digest in every request, at arawman,
	// instead of by a login that a cookie is the key to. It is of use where a
	// proxy keeps cookies from passing. A wrong or misspelt Username can end an
	// Asterisk before 20.20.1, 21.12.3, 22.10.1 and 23.4.1 (its advisory
	// GHSA-3rhj-hhw7-m6fw). Use it with those only when cookies do not work,
	// and the name is known to be right.
	Digest bool

	// HTTPClient carries the requests: its Transport is where a proxy, TLS, a
	// CA of one's own or further headers are set up. Its Jar is not used, and
	// redirects are not followed; a Timeout would end slow actions, and polls.
	// Nil means one like http.DefaultClient.
	HTTPClient *http.Client

	// EventMask limits the classes of events that Asterisk gives out, as
	// "call,user"; "off" for none. Empty means all that read= allows.
	EventMask string

	// KeepTrying makes Connect wait for a server that can't be reached yet.
	KeepTrying bool
	// RetryRefused makes a Client try again after a refused login, which
	// otherwise ends it: a wrong secret does not become right by itself. With
	// Digest a wrong Username is then tried again on an Asterisk that it may
	// have ended before.
	RetryRefused bool
	// AcceptBooting takes a login as ready although Asterisk still boots.
	AcceptBooting bool

	LoginTimeout time.Duration // for all requests of a login; 0 means 30 s
	// PollTimeout is how long a request for events may wait for one, in whole
	// seconds; 0 means 1 s. A longer one saves requests while nothing happens,
	// but then a snapshot's [event.Synced] can take as long.
	PollTimeout time.Duration
	// ReplyTimeout is how long the answer to it may take beyond that, before
	// the session is given up; 0 means 10 s.
	ReplyTimeout time.Duration

	RetryMin    time.Duration // first pause before logging in again, but no longer than RetryMax; 0 means 250 ms
	RetryMax    time.Duration // longest pause; 0 means 30 s
	StableAfter time.Duration // a session this old starts again at RetryMin; 0 means 1 min

	// MaxInFlight is how many actions may be unanswered at once, each on an
	// HTTP connection of its own; Do waits for its turn. A login does not, and
	// one list of ami.Each counts until its answer has come, however long the
	// loop takes. 0 means 16: Asterisk serves a hundred connections unless
	// http.conf says otherwise.
	MaxInFlight int
	// MaxListItems is how many events Do gathers for one action, and how many
	// items each list of a snapshot may have; 0 means a million. ami.Each has
	// no such limit, but that of MaxBody.
	MaxListItems int
	// MaxBody is how many bytes an answer may have, and the items of snapshots
	// that wait in a subscription; 0 means 64 MiB. An answer that has begun and
	// then stalls for a minute, or comes at less than 1 KiB a second for longer,
	// is given up, too.
	MaxBody int64
	// Limits bounds the lines and blocks of an answer; zero fields have the
	// defaults of transport. In the answers to a login a line may have 4 KiB and
	// a block 64 KiB, or less by these.
	Limits transport.Limits

	// Logger gets what an operator wants to know: sessions made and lost. Nil
	// logs nothing.
	Logger *slog.Logger

	secret func() string // Secret, where no printing reaches it; set by withDefaults
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
// Config from either is as with any struct.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// withDefaults is a copy with the defaults that the fields' comments state.
func (c *Config) withDefaults() Config {
	var d Config
	if c != nil {
		d = *c
	}
	secret := d.Secret
	d.Secret, d.secret = "", func() string { return secret }
	session.Duration(&d.LoginTimeout, 30*time.Second)
	session.Duration(&d.PollTimeout, time.Second)
	d.PollTimeout = min(d.PollTimeout, longestPoll)
	session.Duration(&d.ReplyTimeout, 10*time.Second)
	session.Duration(&d.RetryMin, 250*time.Millisecond)
	session.Duration(&d.RetryMax, 30*time.Second)
	session.Duration(&d.StableAfter, time.Minute)
	session.Number(&d.MaxInFlight, 16)
	session.Number(&d.MaxListItems, 1_000_000)
	session.Number(&d.MaxBody, 64<<20)
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	return d
}

// longestPoll is as many seconds as Asterisk reads (main/manager.c,
// action_waitevent); httptimeout of manager.conf bounds them besides.
const longestPoll = math.MaxInt32 * time.Second

// check refuses what Asterisk would take for something else.
func (c *Config) check() error {
	switch {
	case c.Username == "":
		return fmt.Errorf("ajam: Config.Username is empty")
	case c.PollTimeout%time.Second != 0:
		return fmt.Errorf("ajam: Config.PollTimeout %v is not in whole seconds", c.PollTimeout)
	}
	return session.EventMask(c.EventMask).Check("ajam")
}

// deaf reports whether no events are wanted at all.
func (c *Config) deaf() bool { return session.EventMask(c.EventMask).Off() }

// items are the limits of what Do keeps of an answer.
func (c *Config) items() session.Limits {
	return session.Limits{Items: c.MaxListItems, Bytes: math.MaxInt} // MaxBody bounds the bytes
}
