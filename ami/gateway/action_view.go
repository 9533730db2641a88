package gateway

// actorOf is a user who sees a view.
func (s *state) actorOf(user User, rights Rights, v *view) actor {
	return actor{user: user, rights: rights, find: func(key string) (subject, bool) {
		o, ok := s.lookUp(v, key)
		if !ok || o.server == nil {
			return subject{}, false
		}
		found := subject{kind: o.kind, server: o.server.name, party: o.source.party, member: o.source.member, parked: o.source.parked,
			name: o.source.name, device: o.source.device}
		if o.source.call != nil {
			found.call = o.source.call.ID
		}
		return found, true
	}}
}
