// Package producer has the key to the half of an event.Hub that fills it, which
// the sessions of this module share with package event, and users have no need of.
package producer

// Key opens event.Hub.Producer. No other module can name it.
type Key struct{ _ struct{} }
