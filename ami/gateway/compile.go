package gateway

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// rights are Rights as the state needs them. Nobody writes to them.
type rights struct {
	name     string // the same for Rights that are the same
	terms    map[term]struct{}
	mask     *mask // nil where nothing is hidden
	interval time.Duration
	queue    time.Duration // QueueInterval
	own      []term
	self     message.Self // without Devices
}

// has reports whether there is a right on a name, by itself or on all.
func (r *rights) has(t term) bool {
	if _, ok := r.terms[t]; ok && t.name != "" {
		return true
	}
	_, ok := r.terms[term{t.right, t.server, All}]
	return ok
}

// waits reports whether a change of an object waits for QueueInterval.
func (r *rights) waits(o *object) bool {
	switch o.kind {
	case message.KindQueue, message.KindMember, message.KindCaller:
		return r.queue > 0 && !slices.ContainsFunc(o.seenBy, func(t term) bool {
			if t.right != rightOwn {
				return false
			}
			_, owns := r.terms[t] // those who own all have a term of the object, too
			return owns
		})
	}
	return false
}

// compile brings Rights into one form.
func (s *state) compile(of Rights) (*rights, error) {
	hide, err := newMask(of.Hide, of.ShowDigits)
	if err != nil {
		return nil, err
	}
	r := &rights{mask: s.shared(hide), interval: max(0, of.Interval), queue: max(0, of.QueueInterval), terms: make(map[term]struct{})}
	r.self = message.Self{Actions: sorted(of.Actions), Others: sorted(of.Others), MayDial: len(of.Dial.Allow) > 0}
	for list, refs := range map[right][]Ref{rightDevice: slices.Concat(of.Own, of.Devices), rightOwn: of.Own, rightQueue: of.Queues,
		rightConference: of.Conferences, rightLot: of.ParkingLots} {
		for _, ref := range refs {
			server, ok := s.names.of(ref)
			if !ok || ref.Name == "" {
				continue
			}
			r.terms[term{list, server, ref.Name}] = struct{}{}
			r.terms[term{rightAny, server, All}] = struct{}{}
		}
	}
	all := make([]term, 0, len(r.terms))
	for t := range r.terms {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b term) int {
		return cmp.Or(cmp.Compare(a.right, b.right), cmp.Compare(a.server, b.server), cmp.Compare(a.name, b.name))
	})
	texts := make([][3]string, len(all))
	for i, t := range all {
		texts[i] = [3]string{string('a' + rune(t.right)), t.server, t.name}
		if t.right == rightOwn && t.name != All {
			r.own = append(r.own, t)
		}
	}
	name, err := json.Marshal([]any{texts, hide.String(), r.interval, r.queue, r.self})
	r.name = string(name)
	return r, err
}

// shared is a mask that all views with an equal one have.
func (s *state) shared(m *mask) *mask {
	if m == nil {
		return nil
	}
	first, _ := s.masks.LoadOrStore(m.name, m)
	return first.(*mask)
}

func sorted(names []message.Name) []message.Name {
	all := slices.Clone(names)
	slices.Sort(all)
	return slices.Compact(all)
}

// self makes the Self of users with these rights. It asks the application which devices can answer.
func (s *state) self(r *rights) *object {
	value := r.self
	for _, t := range r.own {
		i := slices.IndexFunc(s.servers, func(of *pbx) bool { return of.name == t.server })
		can := s.servers[i].config.CanAnswer
		value.Devices = append(value.Devices, message.OwnDevice{Key: key(message.KindDevice, t.server, t.name), Server: text(t.server), Name: text(t.name),
			CanAnswer: can != nil && can(t.name)})
	}
	return &object{key: keySelf, kind: message.KindSelf, value: &value}
}
