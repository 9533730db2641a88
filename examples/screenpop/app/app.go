package app

import (
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// Config is what a screen-pop is made of.
type Config struct {
	PBX   PBX
	Users []User // who may sign in; empty makes one for each phone of PJSIP, twenty at most, and a supervisor
	Data  string // file of SQLite, which is made if there is none; empty keeps all in memory, until the end

	Listen string // host:port; empty means 127.0.0.1:8080
	// Certificate and Key are files for TLS. Without them Listen has to be an address of this machine.
	Certificate, Key string
	Hosts            []string // by which browsers reach it, as crm.example.com; those of Listen are always among them

	Numbers     Numbers
	Dial        []string // which numbers may be dialled, as gateway.Dial.Allow; empty for none
	CustomerURL string   // of a CRM of one's own, with {number} in it; empty for none
	Reasons     []string // of pauses; empty has some to begin with
	Samples     bool     // begin with sample customers, if there are none

	// Adjust changes how the gateway is made, as its times; nil leaves it.
	Adjust func(*gateway.Config)
	// Started is called once browsers can connect; nil for no call.
	Started func(url string, signIns []SignIn)
	Out     io.Writer    // what the user of the terminal has to know, passwords included; nil for nowhere
	Log     *slog.Logger // nil logs nothing
}

// app is a screen-pop that runs.
type app struct {
	config Config
	log    *slog.Logger
	people atomic.Pointer[[]User] // who may sign in; made after the model, which asks for them, if Config.Users is empty
	store  *store
	secure bool           // browsers reach it by TLS
	never  []message.Name // what the PBX, or the configuration, lets nobody do

	addresses, names *limiter // of sign-ins
	hashing          chan struct{}
	cost             int    // of bcrypt
	noHash           []byte // of a password that nobody has
	revoke           func(user string)
}

// newApp returns an app whose store is open. It has no gateway yet.
func newApp(config Config, s *store, cost int) (*app, error) {
	noHash, err := bcrypt.GenerateFromPassword([]byte(newPassword()), cost)
	if err != nil {
		return nil, err
	}
	a := &app{
		config: config, log: config.Log, store: s, secure: config.Certificate != "",
		addresses: newLimiter(20, 5*time.Second), names: newLimiter(6, 20*time.Second),
		hashing: make(chan struct{}, 2), cost: cost, noHash: noHash,
	}
	a.people.Store(&config.Users)
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if len(a.config.Reasons) == 0 {
		a.config.Reasons = []string{"Break", "Lunch", "Meeting", "Paperwork"}
	}
	return a, nil
}

func (a *app) users() []User { return *a.people.Load() }

func (a *app) user(id string) (User, bool) {
	for _, u := range a.users() {
		if u.ID == id {
			return u, true
		}
	}
	return User{}, false
}
