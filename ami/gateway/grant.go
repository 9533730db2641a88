package gateway

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

// hash is that of a secret.
type hash = [sha256.Size]byte

// grant is what a ticket or a cookie stands for.
type grant struct {
	secret hash
	user   User
	origin string // of the page that may use it; empty for a cookie, which the browser binds
	until  time.Time
}

// grants is a table of secrets. It knows their hashes alone, so how long a look-up takes tells nothing about a secret.
type grants struct {
	perUser, total int

	mu    sync.Mutex // guards all below
	all   map[hash]*grant
	users map[string][]*grant // the oldest first
	swept time.Time
}

func newGrants(perUser, total int) *grants {
	return &grants{perUser: perUser, total: total, all: make(map[hash]*grant), users: make(map[string][]*grant)}
}

var errTooMany = errors.New("too many are out")

// add makes a secret of 130 random bits. One too many of a user replaces the oldest.
func (t *grants) add(user User, origin string, until time.Time) (string, error) {
	secret := rand.Text()
	g := &grant{secret: sha256.Sum256([]byte(secret)), user: user, origin: origin, until: until}
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := time.Now(); len(t.all) >= t.total || now.Sub(t.swept) > time.Minute {
		t.sweep(now)
	}
	if own := t.users[user.ID]; len(own) >= t.perUser {
		t.remove(own[0])
	}
	if len(t.all) >= t.total {
		return "", errTooMany
	}
	t.all[g.secret] = g
	t.users[user.ID] = append(t.users[user.ID], g)
	return secret, nil
}

// find returns what a secret stands for, unless it is over.
func (t *grants) find(secret string) (*grant, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.look(secret)
}

// take is find, for the last time.
func (t *grants) take(secret string) (*grant, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.look(secret)
	if ok {
		t.remove(g)
	}
	return g, ok
}

func (t *grants) look(secret string) (*grant, bool) {
	g := t.all[sha256.Sum256([]byte(secret))]
	return g, g != nil && time.Now().Before(g.until)
}

// has says whether a grant was not taken away.
func (t *grants) has(g *grant) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all[g.secret] != nil
}

// revoke removes all of a user.
func (t *grants) revoke(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, g := range slices.Clone(t.users[id]) {
		t.remove(g)
	}
}

// update replaces what is known of a user. When the session ends stays as it was.
func (t *grants) update(user User) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, old := range t.users[user.ID] {
		g := *old
		g.user = user
		g.user.Expires = old.user.Expires
		t.users[user.ID][i], t.all[g.secret] = &g, &g
	}
}

func (t *grants) sweep(now time.Time) {
	t.swept = now
	for _, g := range t.all {
		if !now.Before(g.until) {
			t.remove(g)
		}
	}
}

func (t *grants) remove(g *grant) {
	delete(t.all, g.secret)
	own := slices.DeleteFunc(t.users[g.user.ID], func(other *grant) bool { return other.secret == g.secret })
	if len(own) == 0 {
		delete(t.users, g.user.ID)
		return
	}
	t.users[g.user.ID] = own
}

// len is how many there are, those included that are over and not swept yet.
func (t *grants) len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.all)
}

// valid says whether a user may sign in at all.
func (u *User) valid(now time.Time) error {
	switch {
	case strings.TrimSpace(u.ID) == "":
		return errors.New("User.ID is empty")
	case !u.Expires.IsZero() && !now.Before(u.Expires):
		return errors.New("User.Expires is over")
	}
	return nil
}
