package pbx

import "strings"

// participant is one who takes part in a conference, by the profile that its channel was given.
type participant struct {
	admin, marked         bool
	waitMarked, endMarked bool // it hears nobody, or leaves, while nobody marked is there
	muted, kicked         bool
}

// profile is what CONFBRIDGE(user,...) has set for a channel: options, as admin, that are on.
type profile map[string]bool

// setProfile sets an option of the conference that a channel will join, if that is what name means: CONFBRIDGE(user,admin).
func (c *channel) setProfile(name, value string) bool {
	arguments, ok := strings.CutPrefix(name, "CONFBRIDGE(")
	if !ok {
		return false
	}
	kind, option, _ := strings.Cut(strings.TrimSuffix(arguments, ")"), ",")
	if kind != "user" {
		return true // nothing of a bridge or a menu is known
	}
	if c.profile == nil {
		c.profile = make(profile)
	}
	c.profile[option] = value == "yes" || value == "true" || value == "on" || value == "1"
	return true
}

func (p profile) participant() *participant {
	return &participant{admin: p["admin"], marked: p["marked"], waitMarked: p["wait_marked"], endMarked: p["end_marked"], muted: p["startmuted"]}
}

// marked is how many are in a room for whom others wait.
func (room *conference) marked() (count int) {
	for _, p := range room.users {
		if p.marked {
			count++
		}
	}
	return count
}

// waits reports whether a participant hears nobody yet.
func (room *conference) waits(p *participant) bool { return p.waitMarked && room.marked() == 0 }

// lostMarked has those leave who do so with the last who is marked.
func (room *conference) lostMarked() {
	for _, c := range room.channels {
		if room.users[c].endMarked {
			room.kick(c)
		}
	}
}
