package ami

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Config says how to log in and how to stay connected. It is read when a
// connection is made and must not be changed after that; unless it has a Record
// it may be shared. The zero value of each field is a usable default, but for
// Username and Secret. A negative number or duration means that default, too,
// unless its comment says otherwise, and one that is too large to be counted is
// as good as none: it does no harm. ajam.Config holds a Config, and says which
// fields mean something else over HTTP.
//
// Printing a Config, or writing it as JSON or XML, shows no secret, unless it is
// in an unexported field of what is printed.
type Config struct {
	// Username and Secret are those of manager.conf.
	Username string
	Secret   string
	// PlainLogin sends the secret as it is, for servers without MD5 login.
	PlainLogin bool

	// EventMask limits the classes of events that Asterisk sends, as
	// "call,user"; "off" for none. Empty means all that read= allows.
	EventMask string
	// Filters are set at each login, to have Asterisk drop events before it
	// sends them. They need write=system. A filter that can't be set is an
	// error of the login.
	Filters []EventFilter

	// TLS, when not nil, is used from the first byte. Its ServerName defaults
	// to the host that is dialled; name a private CA in RootCAs.
	TLS *tls.Config
	// Dial replaces net.Dialer, for tunnels, proxies and tests.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Standby are further addresses that a Client tries in turn; URLs in package ajam.
	Standby []string

	// KeepTrying makes Connect wait for a server that can't be reached yet.
	KeepTrying bool
	// RetryRefused makes a Client try again after a refused login, which
	// otherwise ends it: a wrong secret does not become right by itself.
	RetryRefused bool
	// AcceptBooting takes a login as ready although Asterisk still boots.
	AcceptBooting bool
	// ActionSessions is how many further logins a Client makes for its
	// actions, so that slow ones hold up neither events nor each other.
	// Answers and events then have no order between them. 0 or less means one
	// login for all; more than 1000 are an error. It has no meaning in package
	// ajam, where actions do not wait for each other.
	ActionSessions int

	DialTimeout  time.Duration // for TCP and TLS; 0 means 10 s
	LoginTimeout time.Duration // from the banner to the answer; 0 means 30 s

	// PingInterval is how long the connection may be silent before it is
	// asked for a sign of life; 0 means 30 s, and negative that it is never asked.
	PingInterval time.Duration
	// PingTimeout is how long that may take before the connection is given
	// up; 0 means 10 s.
	PingTimeout time.Duration
	// BusyLimit is how long an action that is known to take time (a
	// synchronous Originate, a Reload, a Command, the wait for a boot) excuses
	// silence; 0 means 2 minutes. An Originate excuses its own Timeout in any
	// case. A Getvar or Setvar of a function that takes time (CURL, SHELL,
	// ODBC) is not known to: for such, PingInterval must be longer.
	BusyLimit time.Duration

	RetryMin    time.Duration // first pause before connecting again, but no longer than RetryMax; 0 means 250 ms
	RetryMax    time.Duration // longest pause; 0 means 30 s
	StableAfter time.Duration // a connection this old starts again at RetryMin; 0 means 1 min

	// MaxInFlight is how many actions may be unanswered at once; Do waits for
	// its turn. 0 means 1024, in package ajam 16.
	MaxInFlight int
	// MaxListItems is how many events Do gathers for one action, and how many
	// items each list of a snapshot may have; 0 means a million. Each has no
	// such limit.
	MaxListItems int
	// MaxListBytes is how much text of those events Do gathers, how much Each
	// holds for a loop that is slower than Asterisk, and how much of snapshots
	// may wait in a subscription; 0 means 256 MiB. Asterisk runs the actions of
	// a connection one by one, so no two lists grow at a time.
	MaxListBytes int
	// Limits bounds what is read; zero fields have the defaults of transport.
	// Before the login is answered a line may have 4 KiB and a block 64 KiB, or
	// less by these.
	Limits transport.Limits

	// Logger gets what an operator wants to know: connections made and lost.
	// Its handler must not block, since some of it is said while Asterisk is
	// read. Nil logs nothing.
	Logger *slog.Logger
	// Record gets a transcript of all connections, without secrets, that
	// amitest can play back. It is written by a goroutine of its own; when it
	// can't keep up, lines are left out and that is said; only Close waits for
	// it. Secrets are known by the name in front of them, and settings of
	// configuration files are all left out. What has no such name stays: the
	// values of variables, the arguments of applications and commands, and
	// tables or sentences that a Command prints. Two connections or clients
	// that share a Config would write to Record at once, so it serves one.
	Record io.Writer
}

// EventFilter is an event filter of Asterisk, set for the session.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Filter/
type EventFilter struct {
	// Criteria is empty for a regular expression over the whole event, or
	// what stands between the parentheses of eventfilter() in manager.conf,
	// as "name(Newchannel)": from 18.26, 20.11, 21.6 and 22.1 on.
	Criteria string
	// Expression to match; with an exclamation mark in front, and no
	// Criteria, to exclude. Without Criteria it must not be empty.
	Expression string
}

// String shows whose login it is, and no secret.
func (c Config) String() string {
	return fmt.Sprintf("ami.Config{Username: %q, TLS: %t}", c.Username, c.TLS != nil)
}

// Format is String, so that no verb of fmt prints the secret.
func (c Config) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.String()) }

// LogValue keeps the secret out of structured logs.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText is String, so that neither JSON nor XML has the secret. Reading a
// Config from either is as with any struct.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// settings are a Config with its defaults, and without the secret.
type settings = session.Resolved[EventFilter]

// maxActionSessions is more than anybody has a use for, and what a program's
// mistake may cost at most.
const maxActionSessions = 1000

// settings returns what a session of the Config goes by. A nil Config is an empty one.
func (c *Config) settings() (settings, error) {
	if c == nil {
		c = new(Config)
	}
	s := session.Settings[EventFilter](*c)
	if s.ActionSessions > maxActionSessions {
		return settings{}, fmt.Errorf("ami: Config.ActionSessions %d is over %d", s.ActionSessions, maxActionSessions)
	}
	return s.Resolve(1024), s.Check("ami")
}
