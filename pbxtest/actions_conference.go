package pbxtest

import (
	"strconv"

	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

const (
	noConferences = "No active conferences."
	noConference  = "No Conference by that name found."
)

// conferences lists them; Asterisk has an error for none.
func conferences(s *session, a manager.Action) <-chan struct{} {
	var items [][]string
	for _, c := range s.pbx.machine.Conferences() {
		items = append(items, []string{"Event", "ConfbridgeListRooms", "Conference", c.Name, "Parties", strconv.Itoa(len(c.Participants)),
			"Marked", strconv.Itoa(c.Marked), "Locked", yesNo(c.Locked), "Muted", "No"})
	}
	if len(items) == 0 {
		s.fail(a, noConferences)
		return nil
	}
	return s.list(a, "Confbridge conferences will follow", "ConfbridgeListRoomsComplete", items)
}

func yesNo(yes bool) string {
	if yes {
		return "Yes"
	}
	return "No"
}

func participants(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Conference", "No Conference name provided.") || s.noConferences(a) {
		return nil
	}
	for _, c := range s.pbx.machine.Conferences() {
		if c.Name != a.Get("Conference") {
			continue
		}
		var items [][]string
		for _, p := range c.Participants {
			item := append([]string{"Event", "ConfbridgeList", "Conference", c.Name, "Admin", yesNo(p.Admin), "MarkedUser", yesNo(p.Marked),
				"WaitMarked", yesNo(p.WaitMarked), "EndMarked", yesNo(p.EndMarked), "Waiting", yesNo(p.Waits), "Muted", yesNo(p.Muted),
				"Talking", "No", "AnsweredTime", "0"}, channelFields("", p.Channel)...)
			items = append(items, item)
		}
		return s.list(a, "Confbridge user list will follow", "ConfbridgeListComplete", items)
	}
	s.fail(a, noConference)
	return nil
}

func (s *session) noConferences(a manager.Action) bool {
	if len(s.pbx.machine.Conferences()) > 0 {
		return false
	}
	s.fail(a, noConferences)
	return true
}

// inConference has an action about a participant done.
func (s *session) inConference(a manager.Action, message string, do func(conference, channel string) error) <-chan struct{} {
	if s.lacks(a, "Conference", "No Conference name provided.") || s.lacks(a, "Channel", "No channel name provided.") || s.noConferences(a) {
		return nil
	}
	err := do(a.Get("Conference"), a.Get("Channel"))
	return s.outcome(a, err, message, refusal{pbx.ErrNoConference, noConference}, refusal{pbx.ErrNotInvited, "No Channel by that name found in Conference."})
}

func kick(s *session, a manager.Action) <-chan struct{} {
	if a.Get("Conference") != "" && s.noConferences(a) { // which is said first here
		return nil
	}
	message := "User kicked"
	if a.Get("Channel") == "all" {
		message = "All participants kicked"
	}
	return s.inConference(a, message, s.pbx.machine.ConfbridgeKick)
}

func mute(on bool) handler {
	message := "User unmuted"
	if on {
		message = "User muted"
	}
	return func(s *session, a manager.Action) <-chan struct{} {
		return s.inConference(a, message, func(conference, channel string) error { return s.pbx.machine.ConfbridgeMute(conference, channel, on) })
	}
}

func record(on bool) handler {
	message, already := "Conference Recording Stopped.", "Internal error while stopping recording."
	if on {
		message, already = "Conference Recording Started.", "Conference is already being recorded."
	}
	return func(s *session, a manager.Action) <-chan struct{} {
		if s.lacks(a, "Conference", "No Conference name provided.") || s.noConferences(a) {
			return nil
		}
		err := s.pbx.machine.ConfbridgeRecord(a.Get("Conference"), on)
		return s.outcome(a, err, message, refusal{pbx.ErrNoConference, noConference}, refusal{pbx.ErrRecorded, already})
	}
}

func lock(on bool) handler {
	message := "Conference unlocked"
	if on {
		message = "Conference locked"
	}
	return func(s *session, a manager.Action) <-chan struct{} {
		if s.lacks(a, "Conference", "No Conference name provided.") || s.noConferences(a) {
			return nil
		}
		err := s.pbx.machine.ConfbridgeLock(a.Get("Conference"), on)
		return s.outcome(a, err, message, refusal{pbx.ErrNoConference, noConference})
	}
}
