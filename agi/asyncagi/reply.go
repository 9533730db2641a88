package asyncagi

import (
	"errors"
	"net/url"
	"strings"

	"github.com/asterisk-go/asterisk-go/agi"
)

// ErrCut is the end of a session of which Asterisk cut off a reply or the
// environment: percent-encoded it may have 2,047 bytes, or 682 bytes that all
// need encoding. Read long values in parts, as [agi.Session.Variable] does,
// and pass long arguments in a channel variable.
var ErrCut = errors.New("asyncagi: cut off by Asterisk: more than 2,047 bytes when percent-encoded (read long values in parts, under 600 bytes)")

// errMixed is the end of a session whose reply can't be told from those to
// commands of others.
var errMixed = errors.New("asyncagi: no reply, or mixed with the reply to somebody else's command")

const (
	pieceSize = 1024 // AGI_BUF_SIZE of launch_asyncagi in res_agi.c: one read from its pipe
	fullEvent = 2045 // AMI_BUF_SIZE there is 2048: an encoding of more ends here or a byte or two later
	maxPieces = 70   // a pipe holds 64 KiB
	noop      = "NOOP"
	noopReply = "200 result=0\n"
)

// reply is put together from pieces. What does not fit into one stays in
// Asterisk's pipe, and stands in front of the result of the next command: so
// all but the first piece were fetched by a NOOP, whose own reply is behind
// everything else.
type reply struct {
	text   strings.Builder
	pieces int
}

// add takes the next piece as an event carries it, and reports whether there
// may be more.
func (r *reply) add(encoded string) (more bool, err error) {
	piece, err := url.PathUnescape(encoded)
	if err != nil || len(encoded) >= fullEvent {
		return false, ErrCut
	}
	r.text.WriteString(piece)
	r.pieces++
	switch {
	case len(piece) == pieceSize && r.pieces < maxPieces:
		return true, nil
	case len(piece) >= pieceSize, !strings.HasSuffix(piece, "\n"):
		return false, ErrCut
	}
	return false, nil
}

// whole returns the text without the replies to the NOOPs.
func (r *reply) whole() (string, error) {
	text := r.text.String()
	for range r.pieces - 1 {
		var ok bool
		if text, ok = strings.CutSuffix(text, noopReply); !ok {
			return "", errMixed
		}
	}
	return text, nil
}

// answer is the whole as the reply to a command, as [agi.Receiver] wants it.
func (r *reply) answer() (string, error) {
	text, err := r.whole()
	if err != nil {
		return "", err
	}
	for len(text) > 0 && text[0] == '1' { // "100 result=0 Trying...": the answer follows
		_, text, _ = strings.Cut(text, "\n")
	}
	text = strings.TrimRight(text, "\n")
	// res_agi.c takes the 1 of an application for its own "wrong usage".
	if first, rest, ok := strings.Cut(text, "\n"); ok && first == "200 result=1" && strings.HasPrefix(rest, "520") {
		text = first
	}
	if agi.ParseReply(text).Code == 0 {
		return "", errMixed
	}
	return text, nil
}

// environment is the whole as the lines that a session begins with.
func (r *reply) environment() (string, error) {
	text, err := r.whole()
	if err == nil && !strings.HasSuffix(text, "\n\n") {
		err = ErrCut
	}
	return text, err
}
