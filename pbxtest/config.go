package pbxtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// Config is what a PBX is made of. The zero value has no phones, an empty dialplan, and one user.
type Config struct {
	// Version is the Asterisk whose behaviour it has: 16 or 22. The zero value is 22.10.1.
	Version asterisk.Version
	// Seed is where what is random begins: the same seed and the same calls give the same bytes.
	Seed uint64
	// Users are those of manager.conf. Without one there is [Admin].
	Users []User
	// Phones are the endpoints of PJSIP.
	Phones []Phone
	// Queues are those of queues.conf.
	Queues []Queue
	// Dialplan is as in extensions.conf: contexts, exten and same with applications that package pbxtest names.
	Dialplan string
	// Dial reaches FastAGI servers; nil has TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	people func(m *pbx.Machine, seed uint64) // who uses the phones; nil for nobody
}

// Admin is the user of a PBX that is given no others. It has all rights.
var Admin = User{Name: "admin", Secret: "secret", Read: "all", Write: "all"}

// User is one of manager.conf.
type User struct {
	Name, Secret string
	Read, Write  string   // classes, as "call,agent"; empty for none
	Filters      []string // as eventfilter has them
}

// Phone is an endpoint of PJSIP, and who uses it.
type Phone struct {
	// ID is its name in Asterisk: the device of 100 is PJSIP/100.
	ID string
	// Number and Name are who calls, as others see it. An empty Number is the ID.
	Number, Name string
	// Context is where its calls begin in the dialplan.
	Context string
	// Provider says that it leads outside: others call by it, each with a number and name of their own, see [Handset.CallAs], and
	// numbers are called by it as PJSIP/5551234@ID. Number and Name are empty then.
	Provider bool
	// Unreachable says that it is not registered.
	Unreachable bool
	// CallGroup is whose calls others pick up that have it as their PickupGroup.
	CallGroup, PickupGroup string
	// Ring is after how long it says that it rings.
	Ring time.Duration
	// Answer is after how long it answers; zero or less for never, but for [PBX.Answer].
	Answer time.Duration
	// Refuse is the status of SIP with which it refuses each call, as 486 for busy; zero for none.
	Refuse int
}

// Queue is callers that wait, and who takes their calls.
type Queue struct {
	Name string
	// Strategy is which members ring: ringall, which is also what empty means, leastrecent, fewestcalls, random, rrmemory or linear.
	Strategy string
	// Timeout is how long a member rings; zero is 15 s. Retry is how long until the next ones do; zero is 5 s.
	Timeout, Retry time.Duration
	// WrapUp is how long a member is left alone after a call.
	WrapUp time.Duration
	// MaxLen is how many callers may wait; zero is no limit.
	MaxLen int
	// FreeOnly says that members do not ring while they talk: ringinuse=no.
	FreeOnly bool
	// Context is where a key of one digit leads that a caller presses; empty for nowhere.
	Context string
	Members []Member
}

// Member takes calls of a queue.
type Member struct {
	// Interface is whom to call, as PJSIP/101.
	Interface string
	// Name is who that is; empty is the Interface.
	Name string
	// StateInterface is whose state counts; empty is the Interface.
	StateInterface string
	// Penalty says who rings first: those with the lowest one.
	Penalty int
}

// user is one who may log in.
type user struct {
	User
	read, write manager.Mask
}

// checked returns a Config whose zero values are set, and its users by their names in small letters.
func (c *Config) checked() (Config, map[string]*user, error) {
	checked := Config{}
	if c != nil {
		checked = *c
	}
	if checked.Version.Major == 0 {
		checked.Version = asterisk.ParseVersion("22.10.1")
	}
	if major := checked.Version.Major; major != 16 && major != 22 {
		return checked, nil, fmt.Errorf("pbxtest: Config.Version is %d: it can be 16 or 22", major)
	}
	if len(checked.Users) == 0 {
		checked.Users = []User{Admin}
	}
	users := make(map[string]*user)
	for _, u := range checked.Users {
		name := strings.ToLower(u.Name)
		if u.Name == "" || u.Secret == "" {
			return checked, nil, errors.New("pbxtest: a user of Config.Users has no name or no secret, and could never log in")
		}
		if users[name] != nil {
			return checked, nil, fmt.Errorf("pbxtest: user %s is there twice", u.Name)
		}
		checkedUser, err := u.checked()
		if err != nil {
			return checked, nil, fmt.Errorf("pbxtest: user %s: %w", u.Name, err)
		}
		users[name] = checkedUser
	}
	return checked, users, nil
}

// checked reads the rights and filters of a user.
func (u User) checked() (*user, error) {
	read, err := rights(u.Read)
	if err != nil {
		return nil, err
	}
	write, err := rights(u.Write)
	if err != nil {
		return nil, err
	}
	var filters manager.Filters
	for _, filter := range u.Filters {
		if err := filters.Add(filter); err != nil {
			return nil, fmt.Errorf("filter %q: %w", filter, err)
		}
	}
	return &user{u, read, write}, nil
}

// rights reads classes, as "call,agent". Empty is none.
func rights(text string) (manager.Mask, error) {
	if slices.Contains([]string{"", "none", "no", "off", "0"}, text) {
		return 0, nil
	}
	for word := range strings.SplitSeq(text, ",") {
		if mask, ok := manager.ParseMask(strings.TrimSpace(word)); !ok || mask == 0 {
			return 0, fmt.Errorf("there is no class of rights %q", word)
		}
	}
	mask, _ := manager.ParseMask(text)
	return mask, nil
}

func (c *Config) phones() (phones []pbx.PhoneConfig) {
	for _, p := range c.Phones {
		number := p.Number
		if number == "" && !p.Provider {
			number = p.ID
		}
		phones = append(phones, pbx.PhoneConfig{
			ID: p.ID, Number: number, Name: p.Name, Context: p.Context, Unreachable: p.Unreachable,
			CallGroup: p.CallGroup, PickupGroup: p.PickupGroup, Called: pbx.Called{Ring: p.Ring, Answer: p.Answer, Refuse: p.Refuse},
		})
	}
	return phones
}

func (c *Config) queues() (queues []pbx.QueueConfig) {
	for _, q := range c.Queues {
		config := pbx.QueueConfig{Name: q.Name, Strategy: q.Strategy, Timeout: q.Timeout, Retry: q.Retry, WrapUp: q.WrapUp, MaxLen: q.MaxLen,
			FreeOnly: q.FreeOnly, Context: q.Context}
		for _, member := range q.Members {
			config.Members = append(config.Members, pbx.MemberConfig(member))
		}
		queues = append(queues, config)
	}
	return queues
}
