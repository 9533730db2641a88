package ajam

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/transport"
)

const (
	// pollSpacing is between the beginnings of two polls, while the first of
	// them is answered at once: it bounds the requests of a storm of events,
	// and what an event that has just missed a poll has to wait.
	pollSpacing = 10 * time.Millisecond
	// idleSpacing is the most of it, while polls bring nothing and yet are
	// answered early: for events that this user may not see, or because
	// httptimeout leaves Asterisk no time to wait (main/manager.c,
	// action_waitevent).
	idleSpacing = 250 * time.Millisecond
	// suspicious is how much longer than it should a poll may take, with the
	// pause behind it: a session may not outlive more, for Asterisk keeps one
	// for 5 s at least.
	suspicious = 4 * time.Second
)

// listen polls until the session ends, and returns why. There is never more
// than one poll: a second would take the place of the first, whose events
// would go to nobody knows whom.
func (s *httpSession) listen() error {
	empty := time.Duration(0) // the spacing while polls bring nothing
	for {
		ticket, urgent := s.polls.begin()
		wait := s.config.pollTimeout
		if urgent {
			wait = 0
		}
		began := time.Now()
		events, err := s.poll(wait, session.Limits{Bytes: math.MaxInt}, s.publish)
		if err != nil {
			return err
		}
		s.polls.finish(ticket)
		spacing := pollSpacing
		if events > 0 || time.Since(began) >= wait {
			empty = 0
		} else {
			empty = min(max(pollSpacing, 2*empty), idleSpacing)
			spacing = empty
		}
		if err := s.pause(time.Until(began.Add(spacing))); err != nil {
			return err
		}
		if err := s.stillSame(began, wait); err != nil {
			return err
		}
	}
}

// stillSame looks after the session when this program has slept, or its
// computer, or the wire: clocks may have stood still meanwhile, but for that on
// the wall.
func (s *httpSession) stillSame(began time.Time, wait time.Duration) error {
	if time.Now().Round(0).Sub(began.Round(0)) < wait+suspicious {
		return nil
	}
	return session.Cause(s.key.same(s.life))
}

// pause waits, but not while somebody waits for the next poll.
func (s *httpSession) pause(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.polls.wanted:
	case <-s.life.Done():
		return s.Err()
	}
	return nil
}

// poll asks for events once, and returns how many came. The answer may have so many
// bytes.
func (s *httpSession) poll(wait time.Duration, most session.Limits, publish func(transport.Block, time.Time, event.Doubt)) (events int, err error) {
	ctx, cancel := context.WithCancelCause(s.life)
	defer cancel(nil)
	silent := time.AfterFunc(wait+s.config.PingTimeout, func() { cancel(session.OurEnd{Cause: ami.ErrSilent}) })
	defer silent.Stop()
	// Not action.WaitEvent, for which 0 is no Timeout: that would wait for ever.
	question := action.New("WaitEvent", "Timeout", strconv.Itoa(int(wait/time.Second)))
	var counts session.Counts // not those of the session, whose Stats leave out answers without events
	answer := session.NewAlone(question, s.hub, errs, &counts, most, s.config.Limits, nil)
	answer.News = func(b transport.Block, received time.Time, doubt event.Doubt) {
		silent.Stop() // it speaks; its body has bounds of its own
		events++
		s.stats.Events.Add(1)
		publish(b, received, doubt)
	}
	s.stats.Polls.Add(1)
	response, err := s.ask(ctx, forEvents, question, answer)
	s.stats.BytesIn.Add(counts.BytesIn.Load())
	s.stats.Orphans.Add(counts.Orphans.Load())
	s.stats.Oversized.Add(counts.Oversized.Load())
	switch {
	case errors.Is(err, ami.ErrNoAnswer), err == nil && response.End == nil:
		return events, errCutPoll
	case err != nil && ctx.Err() != nil:
		return events, session.Ended(ctx)
	}
	return events, session.Cause(err)
}

// publish gives an event to the subscriptions.
func (s *httpSession) publish(b transport.Block, received time.Time, doubt event.Doubt) {
	if key, name := b.First(); key == "Event" && name == "FullyBooted" {
		s.booted.Store(true)
	}
	s.hub.Queue(b, received, doubt)
}

// keepAlive asks for a sign of life now and then, where no polls do.
func (s *httpSession) keepAlive() error {
	for {
		if err := s.pauseBetweenPings(); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeoutCause(s.life, s.config.PingTimeout, session.OurEnd{Cause: ami.ErrSilent})
		_, err := s.act(ctx, action.Ping{})
		cancel()
		if err != nil {
			return session.Cause(err)
		}
	}
}

// pauseBetweenPings is as long as PingInterval, or shorter if the session would
// expire. A negative one without a lifetime has no end but that of the session.
func (s *httpSession) pauseBetweenPings() error {
	interval := s.config.PingInterval
	if lifetime := s.key.lifetime(); lifetime > 0 {
		needed := max(lifetime/3, time.Second)
		if interval < 0 || interval > needed {
			interval = needed
		}
	}
	if interval < 0 {
		<-s.life.Done()
		return s.Err()
	}
	return s.pause(interval)
}
