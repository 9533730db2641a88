package fastagi

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/asterisk-go/asterisk-go/agi"
)

// Mux gives each call to the handler whose pattern matches the path of its URL
// best. The zero value is ready to use.
//
// # Patterns
//
// They are those of net/http, without methods and hosts:
//
//	/ivr             agi://host/ivr
//	/ivr/{lang}      agi://host/ivr/de, with [PathValue] lang = "de"
//	/ivr/{rest...}   everything below agi://host/ivr, and that itself if no other pattern matches
//	/ivr/            the same without a name; "/" is for calls that no other pattern matches
//	/{$}             agi://host alone
//
// Where several match, the most specific one wins: the one that matches fewer
// paths. Slashes at the end of a call's path do not count.
//
// Parts of a path are decoded one by one: %2F is a slash inside of a part. What
// is no valid encoding is taken as it is. A wildcard may be "..": use none as
// the name of a file without a look at it.
//
// A call whose path can't be known, because its URL holds a line break, matches
// no pattern.
type Mux struct {
	// NotFound serves calls that no pattern matches; nil stands for the function
	// [NotFound].
	NotFound agi.Handler

	mu       sync.RWMutex // guards tree and patterns
	tree     node
	patterns []*pattern
}

// NewMux returns an empty router.
func NewMux() *Mux { return new(Mux) }

// Handle registers handler. It panics if pattern can't be understood, if handler
// is nil, or if another registered pattern matches some of the same paths and
// neither is more specific. These are mistakes in the text of a program, and end
// it at its start instead of a call later.
func (m *Mux) Handle(pattern string, handler agi.Handler) {
	if handler == nil {
		panic("fastagi: no handler for pattern " + pattern)
	}
	if err := m.register(pattern, handler); err != nil {
		panic(fmt.Sprintf("fastagi: pattern %q: %v", pattern, err))
	}
}

// HandleFunc is Handle for a function.
func (m *Mux) HandleFunc(pattern string, handler func(context.Context, *agi.Session) error) {
	if handler == nil {
		panic("fastagi: no handler for pattern " + pattern)
	}
	m.Handle(pattern, agi.HandlerFunc(handler))
}

func (m *Mux) register(text string, handler agi.Handler) error {
	p, err := parsePattern(text)
	if err != nil {
		return err
	}
	p.handler = handler
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, other := range m.patterns {
		if p.conflicts(other) {
			return fmt.Errorf("it conflicts with %q: neither is more specific where both match", other.text)
		}
	}
	m.patterns = append(m.patterns, p)
	m.tree.add(p, p.parts)
	return nil
}

// ServeAGI serves the call by the handler that fits.
func (m *Mux) ServeAGI(ctx context.Context, s *agi.Session) error {
	parts, found := m.find(&s.Env)
	switch {
	case found != nil && len(found.names) == 0:
		return found.handler.ServeAGI(ctx, s)
	case found != nil:
		return found.handler.ServeAGI(context.WithValue(ctx, matchKey{}, match{found, parts}), s)
	case m.NotFound != nil:
		return m.NotFound.ServeAGI(ctx, s)
	}
	return NotFound(ctx, s)
}

func (m *Mux) find(env *agi.Env) (parts []string, found *pattern) {
	if slices.Contains(env.Doubtful(), "agi_network_script") {
		return nil, nil
	}
	parts = split(env.Path())
	m.mu.RLock()
	defer m.mu.RUnlock()
	return parts, m.tree.find(parts)
}
