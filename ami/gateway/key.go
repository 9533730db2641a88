package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// maxPiece is how long a piece of a key may be: as a Uniqueid of Asterisk.
const maxPiece = 150

// key makes the key of an object: its kind, the name of its server, and what names it there. It is no more than a few hundred characters of ASCII.
func key(kind message.Kind, server string, pieces ...string) string {
	var b strings.Builder
	b.WriteString(string(kind))
	for i := -1; i < len(pieces); i++ {
		b.WriteByte(':')
		if i < 0 {
			b.WriteString(piece(server))
		} else {
			b.WriteString(piece(pieces[i]))
		}
	}
	return b.String()
}

// piece escapes a name, so that it can't end its piece.
func piece(name string) string {
	escaped := strings.ReplaceAll(url.PathEscape(name), ":", "%3A")
	if len(escaped) > maxPiece {
		sum := sha256.Sum256([]byte(name))
		return "~" + hex.EncodeToString(sum[:16])
	}
	return escaped
}
