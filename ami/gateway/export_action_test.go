package gateway

import (
	"context"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// Allows is what a Dial allows.
func Allows(d Dial, number string) bool { return d.allows(number) }

// CheckDial is why a Dial can't be read.
func CheckDial(d Dial) error { return d.check() }

// IsNumber is whether a text can be dialled.
func IsNumber(text string) bool { return isNumber(text) }

// Desk runs Actions for users that see everything.
type Desk struct {
	config *Config
	a      *actions
}

// DeskStart is what Instances of a Desk begin with.
const DeskStart = "start"

func NewDesk(config *Config) *Desk { return &Desk{config, newActions(config, DeskStart, DeskKey)} }

func (d *Desk) Close() { d.a.close() }

func (d *Desk) Act(ctx context.Context, user User, rights Rights, asked message.Action) message.Result {
	return d.a.act(ctx, actor{user, rights, d.find}, asked)
}

// DeskKey makes keys as they are in views, but for what needs to be escaped.
func DeskKey(kind message.Kind, server string, pieces ...string) string {
	return strings.Join(append([]string{string(kind), server}, pieces...), ":")
}

// Parties are those that have not left.
func (d *Desk) Parties() (devices []string) {
	for c := range d.config.Servers[0].Model.View().Calls() {
		for _, p := range c.Parties {
			if p.Left.IsZero() {
				devices = append(devices, p.Device)
			}
		}
	}
	return devices
}

func (d *Desk) find(key string) (subject, bool) {
	for _, s := range d.config.Servers {
		name, view := s.Model.Server(), s.Model.View()
		for c := range view.Calls() {
			if key == DeskKey(message.KindCall, name, c.ID) {
				return subject{kind: message.KindCall, server: name, call: c.ID}, true
			}
			for _, p := range c.Parties {
				if key == DeskKey(message.KindParty, name, p.ID) && c.Merged == nil {
					return subject{kind: message.KindParty, server: name, call: c.ID, party: p, device: p.Device}, true
				}
			}
		}
		for p := range view.ParkedCalls() {
			if key == DeskKey(message.KindParked, name, p.UniqueID) {
				return subject{kind: message.KindParked, server: name, call: p.CallID, parked: p}, true
			}
		}
		for q := range view.Queues() {
			if key == DeskKey(message.KindQueue, name, q.Name) {
				return subject{kind: message.KindQueue, server: name, name: q.Name}, true
			}
			for m := range view.Members(q.Name) {
				if key == DeskKey(message.KindMember, name, q.Name, m.Interface) {
					return subject{kind: message.KindMember, server: name, member: m, device: m.Interface}, true
				}
			}
		}
		for v := range view.Devices() {
			if key == DeskKey(message.KindDevice, name, v.Name) {
				return subject{kind: message.KindDevice, server: name, name: v.Name, device: v.Name}, true
			}
		}
	}
	return subject{}, false
}
