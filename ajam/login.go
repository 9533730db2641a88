package ajam

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
	"github.com/asterisk-go/asterisk-go/transport"
)

var errLoginTimeout = errors.New("no answer within Config.LoginTimeout")

// dial makes a session that is ready for actions, and whose events are in the
// hub from its Connected on.
func (c *Client) dial(ctx context.Context, address string) (*httpSession, error) {
	s := &httpSession{config: &c.config, server: c.servers[address], hub: c.hub, stats: &c.stats, places: c.places,
		polls: newPollCounter(), dead: make(chan struct{})}
	s.life, s.end = context.WithCancelCause(context.Background())
	if c.config.digest {
		s.begin(&digests{server: s.server, username: c.config.Username, secret: c.config.Credentials.Secret})
	} else {
		s.begin(&cookie{server: s.server})
	}
	if err := s.login(ctx, address); err != nil {
		err = session.Cause(err)
		s.fail(err)
		_ = s.Close()
		return nil, show.Error("ajam", fmt.Errorf("login to %s: %w", address, withRemedy(err)))
	}
	s.stats.Logins.Add(1)
	s.config.Logger.Info("ajam: logged in", "address", address, "user", s.config.Username, "asterisk", show.Text(s.Version().String()))
	return s, nil
}

// begin is where a session that Asterisk does not know yet begins.
func (s *httpSession) begin(key credential) {
	s.record.end()
	s.key, s.record = key, newTranscript(s.config.Recorder)
	s.reached.Store(false)
}

func (s *httpSession) login(ctx context.Context, address string) error {
	limited, cancel := context.WithTimeoutCause(ctx, s.config.LoginTimeout, errLoginTimeout)
	defer cancel()
	defer atEnd(limited, func() { s.fail(session.Ended(limited)) })()
	news, err := s.authenticate(limited)
	if err != nil {
		return errs.Why(err, s.Err())
	}
	s.hub.Connect(address)
	for _, n := range news {
		s.publish(transport.NewBlock(n.fields), n.received, n.doubt)
	}
	s.hub.Flush()
	// run ends when the session does; Close waits for it.
	s.tasks.Go(s.run)
	return errs.Why(s.prepare(limited), s.Err())
}

// atEnd runs f when ctx ends, unless stop is called before. If it is too late for
// that, stop waits for f: nothing of a session outlives its Close.
func atEnd(ctx context.Context, f func()) (stop func()) {
	over := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		defer close(over)
		f()
	})
	return func() {
		if !cancel() {
			<-over
		}
	}
}

// run keeps the session, and tells everybody when it has ended.
func (s *httpSession) run() {
	if s.config.Mask().Off() {
		s.fail(s.keepAlive())
	} else {
		s.fail(s.listen())
	}
	s.gate.Lock()
	s.over = true
	s.gate.Unlock()
	if !errors.Is(s.Err(), ami.ErrClosed) {
		s.hub.Disconnect(s.Err())
	}
	close(s.dead)
}

// prepare waits for the end of a boot.
func (s *httpSession) prepare(ctx context.Context) error {
	if s.config.AcceptBooting {
		return nil
	}
	return errs.WaitBooted(ctx, s.act, s.booted.Load)
}
