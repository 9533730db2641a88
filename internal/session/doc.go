// Package session is what the sessions of this module share, whatever carries
// them: the answer to an action (answer.go), the actions in flight (pending.go),
// who gets which block (reader.go), subscriptions with snapshots
// (subscriptions.go), the steps of a login (login.go), coming back after a loss
// (reconnect.go), and the errors of all that.
package session
