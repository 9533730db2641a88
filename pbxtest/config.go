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

// Config describes a PBX. The zero value has no phones, an empty dialplan, and one user. [New] copies what it needs and changes nothing.
type Config struct {
	// Version is the Asterisk whose behaviour the PBX has: its Major is 16 or 22, others are an error. The zero value is 22.10.1.
	Version asterisk.Version
	// Seed is where random choices begin: IDs of bridges, challenges, the queue strategy random, and what people of a [CallCentre] do.
	Seed uint64
	// Users may log in to the manager. If it is empty there is [Admin].
	Users []User
	// Phones are the endpoints of PJSIP.
	Phones []Phone
	// Queues are those of queues.conf.
	Queues []Queue
	// Dialplan is text as in extensions.conf: contexts with exten, same and include, patterns, labels, variables and hints. The package documentation
	// lists its applications; https://docs.asterisk.org/Configuration/Dialplan/ explains the rest.
	Dialplan string
	// Dial connects to the FastAGI servers that AGI(agi://...) names; see also [PBX.ListenAGI]. It runs on a goroutine of its own, and its
	// ctx ends after 2 s, with the call, or with Close. Nil dials by TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	// Limits bound what clients can have the PBX hold. The zero value has the defaults.
	Limits Limits

	people func(m *pbx.Machine, seed uint64) // who uses the phones; nil for nobody
}

// Admin is the user of a PBX whose Config names no others. It has all rights.
var Admin = User{Name: "admin", Secret: "secret", Read: "all", Write: "all"}

// User may log in to the manager, as a section of
// [manager.conf](https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/). A name or secret that is empty is an error.
type User struct {
	// Name is taken without regard to case, as Asterisk does. Secret is the password.
	Name, Secret string
	// Read are the classes of events that the user gets, Write those of the actions that they may run, as "call,agent" or "all"; empty is none.
	Read, Write string
	// Filters are lines of eventfilter, as "!Event: VarSet".
	Filters []string
}

// Phone is an endpoint of PJSIP with a telephone at it, or, as a Trunk, with everybody outside. The zero value of all but ID and Context is a phone
// that rings at once and never answers.
type Phone struct {
	// ID is its name in Asterisk: the device of 100 is PJSIP/100. It must not be empty.
	ID string
	// Number and Name are who calls, as others see it. An empty Number is the ID, except for a Trunk.
	Number, Name string
	// Context is where its calls begin in the dialplan, which must have it.
	Context string
	// Trunk says that it leads outside: others call by it, each with a number and name of their own, see [Handset.CallAs], and
	// Dial(PJSIP/5551234@ID) calls a number by it. Number and Name are empty then.
	Trunk bool
	// Unreachable says that it is not registered: it can't call, and calls to it fail.
	Unreachable bool
	// Pickup() takes calls that ring at phones whose CallGroup is the PickupGroup of the phone that asks. Empty is no group.
	CallGroup, PickupGroup string
	// RingAfter is how long a call takes until the phone says that it rings. Zero is at once.
	RingAfter time.Duration
	// AnswerAfter is how long a call takes until the phone answers it by itself. Zero or less is never: it rings until [Call.Answer], or until the
	// caller gives up.
	AnswerAfter time.Duration
	// Reject is the status of SIP with which it rejects each call at once, as 486 for busy or 603 for declined. Zero rejects none; it must
	// be from 400 to 699.
	Reject int
}

// Queue is one of [queues.conf](https://docs.asterisk.org/Configuration/Applications/Call-Queues/), which the application Queue names.
type Queue struct {
	// Name is compared with regard to case. It must not be empty.
	Name string
	// Strategy is which members ring: ringall, leastrecent, fewestcalls, random, rrmemory or linear. Empty is ringall.
	Strategy string
	// Timeout is how long a member rings before the next one does; zero is 15 s. Retry is how long the queue then waits; zero is 5 s.
	Timeout, Retry time.Duration
	// WrapUp is how long a member gets no call after one has ended.
	WrapUp time.Duration
	// MaxLen is how many callers may wait; zero is no limit.
	MaxLen int
	// DisableRingInUse has members not ring while they talk: ringinuse=no. Asterisk's default, and the zero value here, is that they do.
	DisableRingInUse bool
	// Context is where a caller goes who presses a key that is an extension of it; empty for nowhere.
	Context string
	// Members are those of the configuration. QueueAdd adds others.
	Members []Member
}

// Member takes calls of a [Queue].
type Member struct {
	// Interface is what the queue calls, as PJSIP/101 or Local/7@office. It must be there.
	Interface string
	// Name is who that is, as events tell it; empty is the Interface.
	Name string
	// StateInterface is the device whose state says whether the member is free; empty is the Interface.
	StateInterface string
	// Penalty orders members: those with the lowest one ring first.
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
	if err := checked.checkNumbers(); err != nil {
		return checked, nil, fmt.Errorf("pbxtest: %w", err)
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
	if err := checked.Limits.complete(); err != nil {
		return checked, nil, err
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

// checkNumbers returns an error for a number of a phone or queue that means nothing.
func (c *Config) checkNumbers() error {
	for _, p := range c.Phones {
		if p.RingAfter < 0 {
			return fmt.Errorf("phone %s: RingAfter is negative", p.ID)
		}
		if p.Reject == 0 {
			continue
		}
		if err := checkStatus(p.Reject); err != nil {
			return fmt.Errorf("phone %s: %w", p.ID, err)
		}
	}
	for _, q := range c.Queues {
		if q.Timeout < 0 || q.Retry < 0 || q.WrapUp < 0 || q.MaxLen < 0 {
			return fmt.Errorf("queue %s: Timeout, Retry, WrapUp or MaxLen is negative", q.Name)
		}
		for _, member := range q.Members {
			if member.Penalty < 0 {
				return fmt.Errorf("queue %s: the Penalty of %s is negative", q.Name, member.Interface)
			}
		}
	}
	return nil
}

// checkStatus returns an error for a status of SIP with which no call can be rejected.
func checkStatus(status int) error {
	if status < 400 || status > 699 {
		return fmt.Errorf("a call can't be rejected with the status %d", status)
	}
	return nil
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
		if number == "" && !p.Trunk {
			number = p.ID
		}
		phones = append(phones, pbx.PhoneConfig{
			ID: p.ID, Number: number, Name: p.Name, Context: p.Context, Unreachable: p.Unreachable,
			CallGroup: p.CallGroup, PickupGroup: p.PickupGroup, Called: pbx.Called{Ring: p.RingAfter, Answer: p.AnswerAfter, Refuse: p.Reject},
		})
	}
	return phones
}

// ConfigureQueues sets which queues there are, as a new queues.conf does: from the next reload of app_queue on, by the action Reload or
// QueueReload, of which hardly any event tells. Members that were added by actions stay. The error names what is wrong; then nothing changes.
func (p *PBX) ConfigureQueues(queues []Queue) error {
	err := net.ErrClosed
	p.do(func() {
		if err = p.machine.ConfigureQueues(queuesOf(queues)); err == nil {
			p.config.Queues = slices.Clone(queues)
		}
	})
	if err != nil {
		return fmt.Errorf("pbxtest: %w", err)
	}
	return nil
}

func queuesOf(all []Queue) (queues []pbx.QueueConfig) {
	for _, q := range all {
		config := pbx.QueueConfig{Name: q.Name, Strategy: q.Strategy, Timeout: q.Timeout, Retry: q.Retry, WrapUp: q.WrapUp, MaxLen: q.MaxLen,
			FreeOnly: q.DisableRingInUse, Context: q.Context}
		for _, member := range q.Members {
			config.Members = append(config.Members, pbx.MemberConfig(member))
		}
		queues = append(queues, config)
	}
	return queues
}
