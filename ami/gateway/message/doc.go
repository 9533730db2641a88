// Package message has what a gateway and a browser say to each other, as Go types. They are the source of the JSON Schema,
// the TypeScript types and docs/gateway.md, which are generated from them.
//
// The browser sends [Hello] first, and [Action] for what a user does. The gateway answers with [Welcome], sends what the
// user may see as [Update], and the outcome of each Action as [Result].
//
// A message is one JSON object, in one text message of a WebSocket or one event of an event stream. Who reads one ignores fields
// and types that it does not know: new ones do not change the [Version].
//
// All texts are cut to [MaxText] characters, and may be anything that a caller has sent: show them as text, never as HTML.
package message

// Version is the version of the protocol. It changes only where an old client would misunderstand a new gateway.
const Version = 1

// MaxText is how many characters a text in an object has at most. What is longer ends in an ellipsis.
const MaxText = 128

// MaxValue is how many bytes the JSON of an object's value has at most.
const MaxValue = 4096

// MaxRequest is how many bytes a message of the browser may have.
const MaxRequest = 8192

// MaxNumber is how many characters a number to dial has at most.
const MaxNumber = 32

// MaxReason is how many characters the reason of a pause has at most.
const MaxReason = 80

// MaxNote is how many characters the text of a note has at most.
const MaxNote = 2000
