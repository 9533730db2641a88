package gateway

import (
	"encoding/json"
	"net/http"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// refusal is why a request is refused, or a connection ended. The browser gets to know it.
type refusal struct {
	code   message.Code
	reason string // at most 123 bytes, for a close frame has no more room
}

func (r *refusal) Error() string { return r.reason }

// A ticket that was used, is over, or is of another page, a cookie that is unknown, and nothing at all are refused in the same words.
var (
	refusedSignIn    = &refusal{message.CodeExpired, "not signed in, or the sign-in is over"}
	refusedUser      = &refusal{message.CodeRevoked, "this user may not connect"}
	refusedPage      = &refusal{message.CodeRevoked, "this page may not connect"}
	refusedStats     = &refusal{message.CodeRevoked, "this user may not see the figures"}
	refusedVersion   = &refusal{message.CodeVersion, "no common version of the protocol"}
	refusedClosing   = &refusal{message.CodeGoingAway, "the gateway stops"}
	refusedSlow      = &refusal{message.CodeSlow, "the client does not read"}
	refusedCount     = &refusal{message.CodeTooMany, "too many connections of this user"}
	refusedAddress   = &refusal{message.CodeTooMany, "too many connections from this address"}
	refusedStrangers = &refusal{message.CodeTooMany, "too many who have not said who they are, at once"}
	refusedMessages  = &refusal{message.CodeTooMany, "too many messages"}
	refusedLate      = &refusal{message.CodeMalformed, "no hello in time"}
	refusedLarge     = &refusal{message.CodeMalformed, "a message of more than 8192 bytes"}
	refusedBinary    = &refusal{message.CodeMalformed, "a message that is not text"}
	refusedText      = &refusal{message.CodeMalformed, "a message that is no JSON object with a type"}
	refusedFields    = &refusal{message.CodeMalformed, "a message with a field of a wrong type"}
	refusedOrder     = &refusal{message.CodeMalformed, "a message out of order"}
	refusedFrame     = &refusal{message.CodeMalformed, "not the WebSocket protocol"}

	gone = &refusal{} // the client has ended the connection: nobody is told
)

// closing is the refusal as the last message.
func (r *refusal) closing() []byte {
	data, _ := json.Marshal(message.Closing{Type: "closing", Code: r.code, Reason: r.reason})
	return data
}

func (r *refusal) status() int {
	switch r.code {
	case message.CodeExpired:
		return http.StatusUnauthorized
	case message.CodeRevoked:
		return http.StatusForbidden
	case message.CodeTooMany:
		return http.StatusTooManyRequests
	case message.CodeGoingAway:
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// refuse answers a request with a status and the refusal.
func (g *Gateway) refuse(w http.ResponseWriter, why *refusal) {
	g.counts.ended(why)
	if why.code == message.CodeTooMany || why.code == message.CodeGoingAway {
		w.Header().Set("Retry-After", "5")
	}
	writeJSON(w, why.status(), why.closing())
}

func writeJSON(w http.ResponseWriter, status int, data []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(data)
}
