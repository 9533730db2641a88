package live

import (
	"context"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// examine finds out what the user of the login of now may see. A part of which no events come is absent; one of which they come again
// is listed. If Asterisk does not say, it is not known.
func (m *Model) examine(ctx context.Context) {
	m.mu.Lock()
	m.unknown = false
	m.mu.Unlock()
	if of, ok := session.Of(m.sub); ok {
		_, _ = of.Identify(ctx) // it waits for the end of the login; the error is that of Check, too
	}
	report, err := ami.Check(ctx, m.session)
	if err != nil {
		report = nil
	}
	m.mu.Lock()
	if m.err == nil {
		m.report = report
		m.state.listens = report != nil && slices.ContainsFunc(report.Events, func(c ami.ClassReport) bool { return c.Readable == ami.ReadableUnknown })
		m.state.heard = 0
		m.state.readable(m.isReadable, time.Now())
		m.publish()
	}
	m.mu.Unlock()
	m.readWrapup(ctx)
}

// examineAgain does so if there was another login.
func (m *Model) examineAgain(ctx context.Context) {
	m.mu.Lock()
	unknown := m.begun && m.unknown
	m.mu.Unlock()
	if unknown {
		m.examine(ctx)
	}
}

// isReadable reports whether events of a class may come. The caller holds mu.
func (m *Model) isReadable(class action.Class) bool {
	return m.report == nil || m.reads(class) != ami.ReadableNo
}

// open takes that parts are to be shown again, of which events come again, because their lists are about to run. The caller holds mu.
func (m *Model) open(parts []PartName) {
	s := m.state
	has := func(name PartName) bool { return len(parts) == 0 || slices.Contains(parts, name) }
	if s.blind && m.config.hasChannels() && m.isReadable(action.ClassCall) && (has(PartChannels) || has(PartBridges) || has(PartCalls)) {
		s.blind, s.absent = false, false
	}
	for _, k := range s.kept {
		if k.blind && m.isReadable(k.class) && has(k.name) {
			k.blind = false
		}
	}
}

// readable takes of which classes events come.
func (s *state) readable(is func(action.Class) bool, at time.Time) {
	s.event, s.at, s.doubt, s.synthetic = nil, at, false, true
	switch comes := is(action.ClassCall); {
	case !comes && !s.blind:
		s.close(at)
	case comes && s.blind && s.wantsChannels:
		s.want(PartChannels)
		s.wantDependent()
	}
	s.synthetic = true
	for _, k := range s.kept {
		switch comes := is(k.class); {
		case !comes && !k.blind:
			k.close(s)
		case comes && k.blind:
			s.want(k.name)
		}
	}
	s.commit()
}

// wantDependent asks for the lists of parts that need channels, which come back.
func (s *state) wantDependent() {
	for _, k := range s.kept {
		if k.channels {
			s.want(k.name)
		}
	}
}

// withdrawDependent shows nothing of parts that need channels, which have gone.
func (s *state) withdrawDependent() {
	for _, k := range s.kept {
		if k.channels && !k.blind {
			k.synced, k.absent = false, true
			k.withdraw(s)
		}
	}
}
