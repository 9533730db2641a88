package amitest

import (
	"crypto/md5"
	"encoding/hex"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/manager"
)

// session is what a manager knows of its client.
type session struct {
	greeted       bool
	authenticated bool
	challenge     string
	checked       bool // user and secret must be these
	user, secret  string
}

// Login sends the banner, unless the script has sent one, and answers until
// the client has logged in, whoever it says it is, by MD5 or in plain text. A
// client that goes before ends the script without failing it.
func (p *Peer) Login() {
	if !p.session.greeted {
		p.Banner("")
	}
	for !p.session.authenticated {
		a, err := p.Next()
		if err != nil {
			runtime.Goexit()
		}
		if !p.dispatch(a) {
			p.Error(a, "Permission denied")
		}
	}
}

// LoginAs is Login for one user only. Any other is refused and cut off, as
// Asterisk does it, though without its delay of a second, and the script ends
// without failing.
func (p *Peer) LoginAs(user, secret string) {
	p.session.checked, p.session.user, p.session.secret = true, user, secret
	p.Login()
}

// dispatch answers a by its handler, if it has one. Before the login only
// three actions are allowed, as in M:process_message.
func (p *Peer) dispatch(a Action) bool {
	name := handlerKey(a.Name())
	if !p.session.authenticated && !slices.Contains([]string{"login", "logoff", "challenge"}, name) {
		p.Error(a, "Permission denied")
		return true
	}
	handler := p.handler(name)
	if handler == nil {
		return false
	}
	if name == "login" {
		p.loggedIn.Store(true) // before the client knows
	}
	handler(p, a)
	if name == "login" && p.ctx.Err() == nil {
		p.session.authenticated = true // who is refused is also cut off
	}
	return true
}

func (p *Peer) answerChallenge(a Action) {
	if !manager.IsMD5(a.action) {
		p.Error(a, "Must specify AuthType")
		return
	}
	if p.session.challenge == "" {
		p.session.challenge = strconv.Itoa(148972153 + p.number)
	}
	p.Success(a, "Challenge", p.session.challenge)
}

func (p *Peer) answerLogin(a Action) {
	switch {
	case p.session.authenticated:
		p.Success(a, "Message", "Already authenticated")
	case !p.session.admits(a):
		p.Error(a, "Authentication failed")
		p.Cut()
	default:
		p.Success(a, "Message", "Authentication accepted")
		if mask, ok := manager.ParseMask(a.Get("Events")); !ok || mask&manager.System != 0 {
			p.Emit("Event", "FullyBooted", "Privilege", "system,all",
				"Uptime", "86400", "LastReload", "86400", "Status", "Fully Booted")
		}
	}
}

// admits checks the name and the secret, or that a key has the right form when
// any secret will do.
func (s *session) admits(a Action) bool {
	if s.checked {
		return manager.Admits(a.action, s.challenge, s.user, s.secret)
	}
	if !manager.IsMD5(a.action) {
		return true
	}
	key := a.Get("Key")
	_, err := hex.DecodeString(key)
	return s.challenge != "" && err == nil && len(key) == 2*md5.Size && key == strings.ToLower(key)
}
