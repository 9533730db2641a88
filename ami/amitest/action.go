package amitest

import (
	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Action is one action of a client, as Asterisk reads it. It is immutable.
type Action struct{ action manager.Action }

// Name returns the first value of Action that is not empty, as the client
// spelled it.
func (a Action) Name() string { return a.action.Name() }

// ID returns the ActionID, or "".
func (a Action) ID() string { return a.action.ID() }

// Get returns the first value of key without the blanks before it, or "".
func (a Action) Get(key string) string { return a.action.Get(key) }

// Fields returns the lines of the action as they came.
func (a Action) Fields() transport.Fields { return a.action.Fields() }
