package main

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/asterisk-go/asterisk-go/transport"
)

// pbx is what the player says. The answer to Burst comes after its last event. Actions that it does not know succeed.
type pbx struct {
	calls, queues *renewable
	rounds        atomic.Int64 // of captures in which every call is a new one
}

// standingUser has [standing] channels in its lists.
const standingUser = "standing"

// session is a connection of the player's.
type session struct {
	*pbx
	conn   net.Conn
	user   string // who has logged in: says what the lists have
	pulse  int
	placed int // calls of the call centre

	mu  sync.Mutex // guards writing, and err
	err error      // the first of writing
}

func (p *pbx) serve(conn net.Conn) {
	defer conn.Close()
	s := &session{pbx: p, conn: conn}
	s.write("Asterisk Call Manager/11.0.0\r\n")
	reader := transport.NewReader(conn, nil)
	for s.failed() == nil {
		block, err := reader.Next()
		if err != nil {
			return
		}
		s.answer(block)
	}
}

func (s *session) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *session) write(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		_, s.err = io.WriteString(s.conn, text)
	}
}

func (s *session) answer(block transport.Block) {
	id := block.Get("ActionID")
	more := "Challenge: 1\r\nAsteriskVersion: 22.0.0\r\n"
	name := block.Get("Action")
	if item, ok := lists[name]; ok {
		s.list(id, name, item)
		return
	}
	switch name {
	case "Login":
		s.user = strings.Clone(block.Get("Username"))
	case "ListCommands":
		more = "Command: run a command of the CLI\r\n"
	case "Command":
		more = "Output:       read perm: all\r\n"
	case "Burst":
		more += "Mark: " + s.burst(block.Get("Of")) + "\r\n"
	case "Pulse":
		s.pulse++
		s.write(channelEvent("Newstate", s.pulse%standing, 4+s.pulse/standing%2*2))
	case "Hold":
		channels, _ := strconv.Atoi(block.Get("Channels"))
		var text strings.Builder
		for n := range channels {
			text.WriteString(channelEvent("Hold", n, 6))
		}
		s.write(text.String())
	case "Device":
		s.pulse++
		s.write(fmt.Sprintf("Event: DeviceStateChange\r\nPrivilege: call,all\r\nDevice: %s\r\nState: %s\r\n\r\n", phone(0), []string{"INUSE", "NOT_INUSE"}[s.pulse%2]))
	case "Centre":
		seconds, _ := strconv.Atoi(block.Get("Seconds"))
		first := s.placed
		s.placed += seconds * centreRate
		// Ends with the calls, or with the connection.
		go s.centre(first, seconds)
	}
	s.write(fmt.Sprintf("Response: Success\r\nActionID: %s\r\n%s\r\n", id, more))
}

// burst plays a capture: as it is, or one whose calls are new ones, and a last call after it. It returns the Uniqueid of that.
func (s *session) burst(of string) (mark string) {
	round := s.rounds.Add(1)
	switch of {
	case "":
		s.write(string(s.calls.text))
		return ""
	case "calls":
		s.write(s.calls.renewed(round))
	case "queues":
		s.write(s.queues.renewed(round))
	}
	last := firstMark + 2*int(round) // the first of two
	s.write(channelEvent("Newchannel", last, 4) + channelEvent("Hangup", last, 6))
	return channelID(last)
}

// lists has the name of the event that ends a list.
var lists = map[string]string{
	"Status": "StatusComplete", "CoreShowChannels": "CoreShowChannelsComplete", "BridgeList": "BridgeListComplete", "QueueStatus": "QueueStatusComplete",
	"ConfbridgeListRooms": "ConfbridgeListRoomsComplete", "Parkinglots": "ParkinglotsComplete", "ParkedCalls": "ParkedCallsComplete",
	"DeviceStateList": "DeviceStateListComplete", "ExtensionStateList": "ExtensionStateListComplete", "PresenceStateList": "PresenceStateListComplete",
	"Agents": "AgentsComplete", "VoicemailUsersList": "VoicemailUserEntryComplete",
	"PJSIPShowRegistrationInboundContactStatuses": "ContactStatusDetailComplete", "PJSIPShowContacts": "ContactListComplete",
}

func (s *session) list(id, action, end string) {
	s.write(fmt.Sprintf("Response: Success\r\nActionID: %s\r\nEventList: start\r\nMessage: it will follow\r\n\r\n", id))
	items := 0
	var text strings.Builder
	if s.user == centreUser && action == "QueueStatus" {
		text.WriteString(queueItems(id))
		items = teams + agentPhones
	}
	for n := range standing {
		if s.user != standingUser {
			break
		}
		switch {
		case action == "Status":
			text.WriteString(statusItem(n, id))
		case action == "BridgeList" && n%2 == 0:
			text.WriteString(bridgeItem(n, id))
		default:
			continue
		}
		items++
	}
	s.write(text.String())
	s.write(fmt.Sprintf("Event: %s\r\nActionID: %s\r\nEventList: Complete\r\nListItems: %d\r\n\r\n", end, id, items))
}
