package pbx

import (
	"fmt"
	"strings"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// outgoing is a channel that was made to call somebody.
type outgoing struct {
	*channel
	dialled string // behind the technology
	rings   bool   // the caller was told
	done    bool   // nobody waits for it any more
	member  *member
	picked  bool // who has answered is not whom it called
}

// request makes a channel to a device as PJSIP/101 or Local/5@context/n. It rings nowhere yet.
func (m *Machine) request(target string, linkedID string) (*outgoing, error) {
	if m.channels.len() >= m.config.MaxChannels {
		return nil, fmt.Errorf("%w: there are too many channels for one to %s", ErrNoDevice, target)
	}
	technology, name, _ := strings.Cut(target, "/")
	switch strings.ToLower(technology) {
	case "pjsip":
		number, endpoint := cutEndpoint(name)
		p := m.phones[endpoint]
		if p == nil || p.config.Unreachable {
			return nil, fmt.Errorf("%w: nobody is reachable as %s", ErrNoDevice, target)
		}
		c := m.newPhoneChannel(p, asterisk.ChannelDown, place{p.config.Context, "s", 1}, linkedID)
		c.outgoing, c.asked = true, number
		return &outgoing{channel: c, dialled: name}, nil
	case "local":
		return m.requestLocal(name, linkedID)
	}
	return nil, fmt.Errorf("%w: %s; only PJSIP and Local are known", ErrNoDevice, target)
}

// cutEndpoint takes 5551234@provider apart, which calls a number by an endpoint. A name alone is an endpoint.
func cutEndpoint(name string) (number, endpoint string) {
	if number, endpoint, found := strings.Cut(name, "@"); found {
		return number, endpoint
	}
	return "", name
}

// call has what is at the other end ring.
func (o *outgoing) call() {
	if o.phone != nil {
		o.phone.called(o.channel)
		return
	}
	o.callLocal()
}

// answered reports whether an outgoing call is up.
func (o *outgoing) answered() bool { return o.state == asterisk.ChannelUp && !o.hungUp }

// dialEvent begins an event of a call that a channel makes; nil for a call that a manager makes.
func (m *Machine) dialEvent(name string, caller, out *channel, peerAsTold bool) *writing {
	w := m.begin(name, "call")
	if caller != nil {
		w.channel("", caller)
	}
	if peerAsTold {
		return w.told("Dest", out)
	}
	return w.channel("Dest", out)
}

// tellDialEnd tells what became of a call that a channel has made.
func (m *Machine) tellDialEnd(caller *channel, out *outgoing, status asterisk.DialStatus) {
	m.dialEvent("DialEnd", caller, out.channel, false).add("DialStatus", string(status)).send()
	if caller != nil {
		caller.recordResult(out.channel, status)
	} else {
		out.recordResult(out.channel, status)
	}
}

// endStatus is the status of a call that was refused, as DialEnd has it. DIALSTATUS is another one, see refusal.
func endStatus(cause asterisk.Cause) asterisk.DialStatus {
	switch cause {
	case asterisk.CauseUserBusy:
		return asterisk.DialBusy
	case asterisk.CauseCongestion:
		return asterisk.DialCongestion
	case asterisk.CauseNoRoute, asterisk.CauseSubscriberAbsent:
		return asterisk.DialUnavailable
	}
	return asterisk.DialNoAnswer
}
