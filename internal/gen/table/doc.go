// Package table has the reviewed tables that the Go code is rendered from: which
// events, actions and AGI commands there are, and what each field means in Go.
// It reads and writes their text, merges what the documentation of several
// versions of Asterisk says, and applies the hand-kept overlay.
package table
