package message

import (
	"encoding/json"
	"time"
)

// Welcome is the first message of the gateway. It is followed by the Updates that the client lacks.
type Welcome struct {
	Type    string `json:"type" enum:"welcome"`
	Version int    `json:"version"` // of the protocol, one that Hello has offered
	// Instance and the Revision of the last Update are what a client sends in its next Hello to go on from there. An Instance
	// is of one start of the gateway and one set of rights.
	Instance string    `json:"instance"`
	Revision uint64    `json:"revision"`         // a client that was resumed lacks nothing once it has this one; else 0
	Resumed  bool      `json:"resumed"`          // what the client has is still right, but for the Updates that follow; else a snapshot follows, as after Reset
	User     string    `json:"user"`             // ID of the user
	Now      time.Time `json:"now"`              // by the gateway's clock, as all times in objects
	Expires  time.Time `json:"expires,omitzero"` // when the session ends; absent for never
	// Token is of an event stream, not of a WebSocket: a POST /action of the client has it as "Authorization: Bearer TOKEN". It is as good
	// as a sign-in as long as the stream lasts.
	Token string `json:"token,omitempty"`
	Alive int    `json:"alive"` // seconds between two Alive messages: a client that has received nothing for twice as long connects again
}

// Reset tells that what the client has may be wrong: rights have changed, or too much was missed. A snapshot follows. The
// client keeps showing what it has until the snapshot is whole, and then drops what was not in it.
type Reset struct {
	Type     string `json:"type" enum:"reset"`
	Instance string `json:"instance"`
}

// Update has the new values of objects, and the keys of those that there are no more. A key is in it once.
type Update struct {
	Type     string   `json:"type" enum:"update"`
	Revision uint64   `json:"revision"`
	Put      []Object `json:"put,omitempty"`
	Delete   []string `json:"delete,omitempty"`
	More     bool     `json:"more,omitempty"` // the snapshot is not whole yet; absent in its last Update, and in all after it
}

// Object is something that the user may see, as it is now: not what has changed in it.
type Object struct {
	Key      string          `json:"key"` // opaque: what it says may change
	Kind     Kind            `json:"kind"`
	Revision uint64          `json:"revision"` // grows with each change of the object
	Value    json.RawMessage `json:"value"`    // the type that Kind names
}

// Result is what became of an Action. What it has changed comes in Updates of its own, before or after.
type Result struct {
	Type    string  `json:"type" enum:"result"`
	ID      string  `json:"id"` // of the Action
	Outcome Outcome `json:"outcome"`
	Reason  string  `json:"reason,omitempty"` // in words for the user; empty where it is done
	Object  string  `json:"object,omitempty"` // key of what it has made, as the Party of a call that was dialled
}

// Outcome is what became of an Action.
type Outcome string

// What becomes of an Action.
const (
	OutcomeDone    Outcome = "done"    // the PBX has done it
	OutcomeRefused Outcome = "refused" // it was not done, and would not be if it were sent again: Reason says why
	OutcomeUnsent  Outcome = "unsent"  // it did not reach the PBX: it may be tried again
	OutcomeUnknown Outcome = "unknown" // it was sent, and nobody knows whether it was done: look at the state
)

// Alive tells the client that the connection lives. It is sent every Welcome.Alive seconds.
type Alive struct {
	Type string `json:"type" enum:"alive"`
}

// Closing is the last message: why the gateway ends the connection. A WebSocket has Code and Reason in its close frame, too.
type Closing struct {
	Type   string `json:"type" enum:"closing"`
	Code   Code   `json:"code"`
	Reason string `json:"reason"`
}

// Code is why a connection was ended, as WebSocket has it.
type Code int

// Why the gateway ends a connection.
const (
	CodeGoingAway Code = 1001 // the gateway stops; connect again later
	CodeExpired   Code = 4001 // the session is over: sign in again, or fetch a new ticket
	CodeRevoked   Code = 4003 // the user may no longer connect
	CodeMalformed Code = 4400 // a message that is no JSON, too large, of a wrong type, or out of order
	CodeVersion   Code = 4406 // no common version
	CodeSlow      Code = 4408 // the client does not read
	CodeTooMany   Code = 4429 // too many messages, or connections of the user
)
