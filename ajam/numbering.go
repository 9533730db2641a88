package ajam

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"sync/atomic"
)

// numbering makes ActionIDs that no other client has.
type numbering struct {
	prefix string // 64 random bits and a dash
	last   atomic.Uint64
}

func newNumbering() *numbering {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails, says its documentation
	return &numbering{prefix: hex.EncodeToString(random[:]) + "-"}
}

func (n *numbering) next() string { return n.prefix + strconv.FormatUint(n.last.Add(1), 16) }
