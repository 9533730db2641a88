package session

import (
	crand "crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// ids makes the ActionIDs of a connection, of at most 32 characters: 48 random
// bits, 32 more of the action itself, and its number. Asterisk shows some to
// everybody, as that of the action UserEvent, so each has bits that no other
// tells.
type ids struct {
	prefix string
	random *rand.ChaCha8
	last   uint64
}

func newIDs() ids {
	var seed [32]byte
	_, _ = crand.Read(seed[:]) // never fails, says its documentation
	random := rand.NewChaCha8(seed)
	return ids{fmt.Sprintf("%012x-", random.Uint64()>>16), random, 0}
}

func (i *ids) next() (number uint64, token uint32) {
	i.last++
	return i.last, uint32(i.random.Uint64())
}

// appendID appends the ActionID of those.
func (i *ids) appendID(to []byte, number uint64, token uint32) []byte {
	var bits [4]byte
	binary.BigEndian.PutUint32(bits[:], token)
	to = hex.AppendEncode(append(to, i.prefix...), bits[:])
	return strconv.AppendUint(append(to, '-'), number, 16)
}

// parse returns the parts of an ActionID that has the form of ours.
func (i *ids) parse(id string) (number uint64, token uint32, ok bool) {
	rest, ok := strings.CutPrefix(id, i.prefix)
	if !ok {
		return 0, 0, false
	}
	random, count, _ := strings.Cut(rest, "-")
	bits, err := strconv.ParseUint(random, 16, 32)
	if err != nil {
		return 0, 0, false
	}
	number, err = strconv.ParseUint(count, 16, 64)
	return number, uint32(bits), err == nil
}

// owner is whose a block is by its ActionIDs. A value with a line break in it
// can add one, but not one of ours: each has 32 bits that nobody knows. So any
// of ours decides.
type owner uint8

const (
	nobody  owner = iota // it has no ActionID
	another              // it has, and none that we gave
	us
)

// owner tells whose b is, and the number of the action if it is ours.
func (p *Pending) owner(b transport.Block) (number uint64, whose owner) {
	id, found := b.Lookup("ActionID")
	if !found {
		return 0, nobody
	}
	if number, ours := p.ours(id); ours {
		return number, us
	}
	for _, id := range b.Fields().Values("ActionID") {
		if number, ours := p.ours(id); ours {
			return number, us
		}
	}
	return 0, another
}

// ours returns the number in an ActionID that this connection gave, or may have
// given to an action that is over.
func (p *Pending) ours(id string) (number uint64, ok bool) {
	number, token, ok := p.ids.parse(id)
	if !ok {
		return 0, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.find(number)
	return number, a == nil || a.request.token == token
}

// ownerOfReply is owner for a response. Where there is one action and its answer
// has no ActionID, it is the first: what only looks like one may be the value of
// a variable with line breaks in it.
func (p *Pending) ownerOfReply(b transport.Block) (number uint64, whose owner) {
	number, whose = p.owner(b)
	if whose == nobody && p.unanswered() {
		return p.sent[0].request.number, us
	}
	return number, whose
}

// unanswered reports whether there is one action, and nothing has come for it.
func (p *Pending) unanswered() bool {
	return p.lone && len(p.sent) > 0 && p.sent[0].stage == unanswered
}
