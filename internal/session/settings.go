package session

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Settings are the fields of ami.Config, in their order, so that a Config can be
// converted to Settings. Package ami documents what they mean.
type Settings[F EventFilter] struct {
	Username   string
	Secret     string
	PlainLogin bool

	EventMask string
	Filters   []F

	TLS     *tls.Config
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
	Standby []string

	KeepTrying     bool
	RetryRefused   bool
	AcceptBooting  bool
	ActionSessions int

	DialTimeout  time.Duration
	LoginTimeout time.Duration

	PingInterval time.Duration
	PingTimeout  time.Duration
	BusyLimit    time.Duration

	RetryMin    time.Duration
	RetryMax    time.Duration
	StableAfter time.Duration

	MaxInFlight  int
	MaxListItems int
	MaxListBytes int
	Limits       transport.Limits

	Logger *slog.Logger
	Record io.Writer
}

// Resolved are settings with their defaults. They have no Secret, for fmt prints
// the unexported fields of a struct by reflection; Credentials have it.
type Resolved[F EventFilter] struct {
	Settings[F]
	Credentials Credentials
	Recorder    *Recorder // nil without a Record
}

// Resolve puts the defaults in the place of zero and negative settings: inFlight is
// that of MaxInFlight.
func (s Settings[F]) Resolve(inFlight int) Resolved[F] {
	secret := s.Secret
	s.Secret = ""
	if s.PingInterval >= 0 { // negative is never
		Duration(&s.PingInterval, 30*time.Second)
	}
	Duration(&s.DialTimeout, 10*time.Second)
	Duration(&s.LoginTimeout, 30*time.Second)
	Duration(&s.PingTimeout, 10*time.Second)
	Duration(&s.BusyLimit, 2*time.Minute)
	Duration(&s.RetryMin, 250*time.Millisecond)
	Duration(&s.RetryMax, 30*time.Second)
	Duration(&s.StableAfter, time.Minute)
	Number(&s.MaxInFlight, inFlight)
	Number(&s.MaxListItems, 1_000_000)
	Number(&s.MaxListBytes, 256<<20)
	if s.Dial == nil {
		s.Dial = (&net.Dialer{}).DialContext
	}
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
	return Resolved[F]{
		Settings:    s,
		Credentials: Credentials{Username: s.Username, Secret: func() string { return secret }, Plain: s.PlainLogin},
		Recorder:    NewRecorder(s.Record),
	}
}

// Check refuses what Asterisk would take for something else.
func (s *Settings[F]) Check(packageName string) error {
	if s.Username == "" {
		return fmt.Errorf("%s: Config.Username is empty", packageName)
	}
	return s.Mask().Check(packageName)
}

// Mask is EventMask.
func (s *Settings[F]) Mask() EventMask { return EventMask(s.EventMask) }

// ListLimits are those of what Do keeps of an answer.
func (s *Settings[F]) ListLimits() Limits {
	return Limits{Items: s.MaxListItems, Bytes: s.MaxListBytes}
}

// Policy is how a client of the package reconnects.
func (s *Settings[F]) Policy(packageName string) Policy {
	return Policy{
		Package: packageName, Logger: s.Logger, Closed: ErrClosed,
		RetryMin: s.RetryMin, RetryMax: s.RetryMax, StableAfter: s.StableAfter,
		Refused: ErrLoginRefused, InUse: ErrLoginInUse, RetryRefused: s.RetryRefused, KeepTrying: s.KeepTrying,
	}
}
