package gateway

import (
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// look finds what the Action is about, and makes sure that the user may do it.
func (t *job) look() error {
	name := t.asked.Action
	what, known := works[name]
	own, others := slices.Contains(t.who.rights.Actions, name), slices.Contains(t.who.rights.Others, name)
	switch {
	case !known:
		return refusedMeans
	case !own && !others:
		return refusedRight
	case what.about == nil && t.asked.Key != "":
		return refusedMeans
	case what.about == nil:
		return nil
	}
	found, ok := t.who.find(t.asked.Key)
	if !ok || !slices.Contains(what.about, found.kind) {
		return refusedUnseen
	}
	if t.server = t.servers[found.server]; t.server == nil {
		return refusedUnseen
	}
	t.about = found
	if name != message.NameLogin && !own && t.mine() || !others && !t.mine() { // whose login it is the device says
		return refusedRight
	}
	return nil
}

// mine reports whether the Action is about the user's own.
func (t *job) mine() bool {
	s := t.about
	switch s.kind {
	case message.KindMember:
		return t.owns(s.server, s.member.Interface) || t.owns(s.server, s.member.StateInterface)
	case message.KindCall:
		c, ok := t.server.Model.Call(s.call)
		return ok && slices.ContainsFunc(c.Parties, func(p live.Party) bool { return t.owns(s.server, p.Device) })
	case message.KindParked, message.KindQueue:
		return true // they are nobody's: it is the phone that has to be one's own
	}
	return t.owns(s.server, s.device)
}

// owns reports whether a device is one of the user's own.
func (t *job) owns(server, device string) bool {
	return device != "" && slices.ContainsFunc(t.who.rights.Own, func(r Ref) bool {
		on, ok := t.names.of(r)
		return ok && on == server && (r.Name == device || r.Name == All)
	})
}

// phone returns the user's own device to do the Action with, which is the one with the key, or the only one. Where the server is
// given already it has to be of that.
func (t *job) phone() (device string, err error) {
	var found []Ref
	for _, r := range t.who.rights.Own {
		var ok bool
		r.Server, ok = t.names.of(r)
		switch {
		case !ok, r.Name == All, slices.Contains(found, r):
		case t.asked.Device == "" && (t.server == nil || t.server.Model.Server() == r.Server), t.asked.Device == t.key(message.KindDevice, r.Server, r.Name):
			found = append(found, r)
		}
	}
	if len(found) == 0 && t.asked.Device != "" {
		if s, ok := t.who.find(t.asked.Device); ok && s.kind == message.KindDevice && t.owns(s.server, s.name) && isPhone(s.name) {
			found = append(found, Ref{s.server, s.name})
		}
	}
	switch {
	case len(found) == 0 && t.asked.Device == "":
		return "", denial("You have no phone to do that with.")
	case len(found) == 0:
		return "", denial("This is not your phone.")
	case len(found) > 1:
		return "", denial("You have several phones: choose one.")
	case t.server != nil && t.server.Model.Server() != found[0].Server:
		return "", denial("Your phone belongs to another telephone system.")
	}
	t.server = t.servers[found[0].Server]
	t.about.server = found[0].Server
	return found[0].Name, nil
}

// isPhone reports whether the name of a device, which Asterisk has told and a stranger may have written, is one that can only be dialled
// as a phone.
func isPhone(name string) bool {
	tech, rest, _ := strings.Cut(name, "/")
	return isPlain(tech) && isPlain(rest) && !strings.EqualFold(tech, "Local")
}

// plain are characters that mean nothing but themselves, wherever they stand.
const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// isPlain reports whether a text has nothing that means something to a dialplan's application.
func isPlain(text string) bool { return text != "" && strings.Trim(text, plain+".") == "" }

// party returns the Party that the Action is about as it is now, with its Call and its channel.
func (t *job) party() (*live.Call, live.Party, *live.Channel, error) {
	model := t.server.Model
	c, ok := model.Call(t.about.call)
	for range 8 {
		if !ok || c.Merged == nil {
			break
		}
		c, ok = model.Call(c.Merged.Into)
	}
	if !ok {
		return nil, live.Party{}, nil, refusedOver
	}
	p, ok := c.Party(t.about.party.ID)
	if !ok || !p.Left.IsZero() {
		return nil, live.Party{}, nil, refusedOver
	}
	channel, err := t.channel(p)
	switch {
	case err != nil:
		return nil, live.Party{}, nil, err
	case p.Device != t.about.device:
		return nil, live.Party{}, nil, refusedDoubt // the right was that of another device
	}
	return c, p, channel, nil
}

// channel returns the channel of a Party.
func (t *job) channel(p live.Party) (*live.Channel, error) {
	c, ok := t.server.Model.Channel(p.UniqueID)
	switch {
	case !ok:
		return nil, refusedOver
	case c.Name != p.Channel || c.Device() != p.Device:
		return nil, refusedDoubt
	}
	return c, nil
}

// sure is party where the channel is not in doubt.
func (t *job) sure() (*live.Call, live.Party, *live.Channel, error) {
	c, p, channel, err := t.party()
	if err == nil && channel.Doubtful {
		err = refusedDoubt
	}
	return c, p, channel, err
}

// talking is sure of a Party that talks with exactly one other, who is returned, too.
func (t *job) talking() (p, other live.Party, err error) {
	call, p, _, err := t.sure()
	if err != nil {
		return p, other, err
	}
	for _, talk := range call.Conversations {
		if !slices.Contains(talk.Parties, p.ID) {
			continue
		}
		if talk.Conference != "" {
			return p, other, refusedSeveral
		}
		for _, id := range talk.Parties {
			found, ok := call.Party(id)
			switch {
			case !ok || id == p.ID || id == other.ID:
			case other.ID != "":
				return p, other, refusedSeveral
			default:
				other = found
			}
		}
	}
	if other.ID == "" {
		return p, other, refusedNobody
	}
	channel, err := t.channel(other)
	if err == nil && channel.Doubtful {
		err = refusedDoubt
	}
	return p, other, err
}

// rings reports whether a Party rings, and has not been answered.
func rings(p live.Party, c *live.Channel) bool {
	return p.Dialled && p.Answered.IsZero() && !p.Ringing.IsZero() && c.State != asterisk.ChannelUp
}
