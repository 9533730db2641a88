package event_test

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

func (s *storm) run() {
	s.registrar.accept(s.T)
	s.lists()
	s.states()
	s.calls()
	s.lists()
	s.conference()
	s.onChannels()
	s.asyncAGI()
	s.transfers()
	s.queues()
	s.parking()
	s.fax()
	s.phones()
	s.media()
	s.logins()
	s.system()
	s.lists()
	s.do(action.Hangup{Channel: "/^Local.*/"})
	s.await("Hangup", "ChannelHungup")
	_, _ = s.Do(s.Context(), action.Command{Command: "core stop now"}) // may be cut off before it answers
}

func (s *storm) originate(to, application, data string) {
	s.do(action.Originate{Channel: "Local/" + to, Application: application, Data: data, Async: true, CallerID: `"O'Brien?" <4711>`,
		Account: "acc", Timeout: 10 * time.Second, Variables: []asterisk.Variable{{Name: "A", Value: `a,"b"`}}})
}

// channels waits for calls that run the application, and returns their channels.
func (s *storm) channels(application string) []event.CoreShowChannel {
	s.Helper()
	for deadline := time.Now().Add(stormPatience); time.Now().Before(deadline); {
		var all []event.CoreShowChannel
		list, err := ami.List(s.Context(), s, action.CoreShowChannels{})
		if err != nil {
			s.lives()
		}
		for _, c := range list {
			s.check(c)
			if c.Application == application {
				all = append(all, c)
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	s.Errorf("nobody runs %s", application)
	return []event.CoreShowChannel{{}}
}

// bridged waits for n channels that run the application, have Uniqueids that begin so, and talk to somebody.
func (s *storm) bridged(application, uniqueid string, n int) []event.CoreShowChannel {
	s.Helper()
	var talking []event.CoreShowChannel
	for deadline := time.Now().Add(stormPatience); time.Now().Before(deadline) && len(talking) < n; {
		talking = slices.DeleteFunc(s.channels(application), func(c event.CoreShowChannel) bool {
			return c.BridgeID == "" || !strings.HasPrefix(c.UniqueID, uniqueid)
		})
	}
	if len(talking) < n {
		s.Fatalf("%d channels that run %s are in a bridge, want %d", len(talking), application, n)
	}
	return talking
}

func (s *storm) lists() {
	for _, a := range []action.Action{
		action.Agents{}, action.BridgeList{}, action.BridgeTechnologyList{}, action.ConfbridgeListRooms{}, action.CoreShowChannels{},
		action.DBGetTree{}, action.DeviceStateList{}, action.ExtensionStateList{}, action.FAXSessions{}, action.FAXStats{}, action.IAXpeerlist{},
		action.IAXregistry{}, action.ParkedCalls{}, action.Parkinglots{}, action.PJSIPShowAors{}, action.PJSIPShowAuths{}, action.PJSIPShowContacts{},
		action.PJSIPShowEndpoint{Endpoint: "100"}, action.PJSIPShowEndpoints{}, action.PJSIPShowMaintenance{},
		action.PJSIPShowRegistrationInboundContactStatuses{}, action.PJSIPShowRegistrationsInbound{}, action.PJSIPShowRegistrationsOutbound{},
		action.PJSIPShowResourceLists{}, action.PJSIPShowSubscriptionsInbound{}, action.PJSIPShowSubscriptionsOutbound{}, action.PresenceStateList{},
		action.QueueStatus{}, action.QueueSummary{}, action.ShowDialPlan{}, action.SIPpeers{}, action.SIPpeerstatus{}, action.SIPshowregistry{},
		action.SKINNYdevices{}, action.SKINNYlines{}, action.Status{Variables: []string{"A", "CHANNEL"}}, action.VoicemailUsersList{},
		action.VoicemailUserStatus{Context: "default", Mailbox: "100"}, action.VoicemailBoxSummary{Context: "default", Mailbox: "100"},
		action.ConfbridgeList{Conference: "7"}, action.DBGet{Family: "lab", Key: "key"}, action.FAXSession{SessionNumber: "0"},
	} {
		s.do(a)
	}
}

func (s *storm) states() {
	for _, a := range []action.Action{
		action.DBPut{Family: "lab", Key: "key", Val: "v"},
		action.Setvar{Variable: "GLOBAL_A", Value: `it's "a" \ b?`},
		action.Setvar{Variable: "DEVICE_STATE(Custom:lamp)", Value: "INUSE"},
		action.Setvar{Variable: "DEVICE_STATE(Custom:lamp)", Value: "RINGING"},
		action.Setvar{Variable: "PRESENCE_STATE(CustomPresence:me)", Value: `away,sub,it's "me"`},
		action.UserEvent{UserEvent: "Mine", Fields: []action.Field{{Key: "Channel", Value: "x"}, {Key: "Own", Value: "y"}}},
	} {
		s.do(a)
	}
	s.await("DeviceStateChange", "ExtensionStatus", "PresenceStateChange", "UserEvent", "VarSet")
}

func (s *storm) calls() {
	for _, to := range []string{"answer@outcome", "answer-short@outcome", "busy@outcome", "congestion@outcome", "hangup-18@outcome", "delayed@outcome",
		"s@storm", "queue@app", "conf-7@app", "conf-7@app", "userevent@app", "hold@app", "playback@app", "dial-busy@app", "dial-delayed@app",
		"voicemail@app", "park@app", "talk@storm2", "flash@storm2"} {
		s.originate(to, "Wait", "6")
	}
	s.originate("talk@storm2", "Playtones", "dial")
	s.originate("tone@storm2", "Dial", "Local/talk@storm2,5")
	s.originate("pair@storm2", "Dial", "Local/tone@storm2,4")
	s.await("Newchannel", "DialBegin", "DialEnd", "OriginateResponse", "ParkedCall", "QueueCallerJoin", "ConfbridgeJoin", "MusicOnHoldStart", "MixMonitorStart",
		"ChannelTalkingStart", "ChannelTalkingStop", "LocalOptimizationBegin", "LocalOptimizationEnd")
}

// conference has calls of its own: those of the others may be over on a busy machine.
func (s *storm) conference() {
	for _, id := range []string{"conf-1", "conf-2"} {
		s.do(action.Originate{Channel: "Local/conf-7@app", Application: "Wait", Data: "60", Async: true,
			ChannelID: "caller-of-" + id, OtherChannelID: id})
	}
	in := s.bridged("ConfBridge", "conf-", 2)[0]
	for _, a := range []action.Action{
		action.ConfbridgeMute{Conference: "7", Channel: in.Channel}, action.ConfbridgeUnmute{Conference: "7", Channel: in.Channel},
		action.ConfbridgeStartRecord{Conference: "7"}, action.BridgeInfo{BridgeUniqueID: in.BridgeID}, action.CoreShowChannelMap{Channel: in.Channel},
		action.ConfbridgeLock{Conference: "7"}, action.ConfbridgeUnlock{Conference: "7"},
		action.ConfbridgeSetSingleVideoSrc{Conference: "7", Channel: in.Channel},
	} {
		s.do(a)
	}
	s.await("ConfbridgeMute", "ConfbridgeUnmute", "ConfbridgeRecord", "BridgeInfoChannel")
	s.do(action.ConfbridgeStopRecord{Conference: "7"})
	s.do(action.ConfbridgeKick{Conference: "7", Channel: in.Channel})
	s.await("ConfbridgeStopRecord", "ConfbridgeLeave")
}

func (s *storm) onChannels() {
	c, other := s.waiting("storm-1"), s.waiting("storm-2")
	for _, a := range []action.Action{
		action.PlayDTMF{Channel: c, Digit: "5", Receive: true}, action.PlayDTMF{Channel: c, Digit: "6", Duration: 80 * time.Millisecond},
		action.SendFlash{Channel: c, Receive: true}, action.SendText{Channel: c, Message: "hi"},
		action.MixMonitor{Channel: c, File: "storm2.wav"}, action.MixMonitorMute{Channel: c, Direction: action.MixMonitorMuteDirectionRead, State: true},
		action.StopMixMonitor{Channel: c}, action.Monitor{Channel: c, File: "storm3"}, action.StopMonitor{Channel: c},
		action.Setvar{Channel: c, Variable: "X", Value: "it's \"x\"?"}, action.Setvar{Channel: c, Variable: "CALLERID(name)", Value: "None"},
		action.Setvar{Channel: c, Variable: "CHANNEL(accountcode)", Value: "abc"},
		action.Setvar{Channel: c, Variable: "CONNECTEDLINE(name,i)", Value: "z"}, action.MuteAudio{Channel: c, Direction: action.MuteAudioDirectionIn, State: true},
		action.AbsoluteTimeout{Channel: c, Timeout: 30 * time.Second},
	} {
		s.do(a)
	}
	s.await("NewAccountCode", "NewCallerid", "MixMonitorStop")
	s.originate("9000@default", "ChanSpy", c+",q")
	s.await("ChanSpyStart")
	s.do(action.Bridge{Channel1: c, Channel2: other, Tone: action.BridgeToneBoth})
}

// waiting returns a channel of that ID, which waits.
func (s *storm) waiting(id string) string {
	s.do(action.Originate{Channel: "Local/answer@outcome", Application: "Wait", Data: "30", Async: true, ChannelID: id})
	for deadline := time.Now().Add(stormPatience); time.Now().Before(deadline); {
		for _, c := range s.channels("Wait") {
			if c.UniqueID == id {
				return c.Channel
			}
		}
	}
	s.Errorf("no channel %s came up", id)
	return ""
}

func (s *storm) asyncAGI() {
	s.originate("async-1@agi", "Wait", "5")
	c := s.channels("AGI")[0].Channel
	for _, command := range []string{"VERBOSE hello", "GET VARIABLE CHANNEL", "EXEC NoOp x", "ASYNCAGI BREAK"} {
		s.do(action.AGI{Channel: c, Command: command, CommandID: "id"})
	}
	s.await("AsyncAGIStart", "AsyncAGIExec", "AsyncAGIEnd", "AGIExecStart", "AGIExecEnd")
}

func (s *storm) transfers() {
	for i, options := range []string{"Tt", "TtKk", "Tt"} {
		s.do(action.Originate{Channel: "Local/9002@default", Application: "Dial", Data: "Local/9003@default/n,8," + options, Async: true,
			ChannelID: fmt.Sprint("transfer-", i)})
	}
	dialed := s.bridged("Dial", "transfer-", 3)
	s.do(action.Atxfer{Channel: dialed[0].Channel, Context: "default", Exten: "9124"})
	s.channels("Echo")
	s.do(action.Hangup{Channel: dialed[0].Channel})
	s.do(action.BlindTransfer{Channel: dialed[1].Channel, Context: "default", Exten: "9124"})
	s.do(action.Redirect{Channel: dialed[len(dialed)-1].Channel, Context: "default", Exten: "9124"})
	s.await("BlindTransfer", "LocalBridge", "BridgeEnter")
	s.originate("ring@storm2", "Wait", "5")
	s.originate("9001@default", "Pickup", "ring@storm2")
	s.originate("9001@default", "AgentLogin", "1001")
	s.await("AgentLogin")
	s.do(action.Agents{})
	s.do(action.AgentLogoff{Agent: "1001"})
	s.await("AgentLogoff")
}

func (s *storm) queues() {
	member := "Local/noanswer@outcome"
	for _, a := range []action.Action{
		action.QueueAdd{Queue: "support", Interface: "Local/9001@default", Penalty: 2, MemberName: "Bob"},
		action.QueuePause{Interface: "Local/9001@default", Paused: true, Reason: "lunch"},
		action.QueuePenalty{Interface: "Local/9001@default", Penalty: 4},
		action.QueueMemberRingInUse{Interface: "Local/9001@default", RingInUse: false}, action.QueueStatus{},
		action.QueueRemove{Queue: "support", Interface: "Local/9001@default"},
		action.QueueAdd{Queue: "empty", Interface: member},
	} {
		s.do(a)
	}
	s.originate("flash@storm2", "Queue", "empty,,,,12")
	s.originate("flash@storm2", "Queue", "empty,,,,12")
	s.await("QueueMemberAdded", "QueueMemberPause", "QueueMemberPenalty", "QueueMemberRinginuse", "QueueMemberRemoved", "AgentCalled")
	s.do(action.QueueStatus{})
	queued := s.channels("Queue")
	s.do(action.Hangup{Channel: queued[0].Channel, Cause: asterisk.CauseUserBusy})
	s.originate("flash@storm2", "Queue", "quick,,,,3")
	s.await("QueueCallerAbandon", "AgentRingNoAnswer")
}

func (s *storm) parking() {
	s.originate("patient@storm2", "Wait", "5") // the first, so that nobody fetches it before its time is over
	s.await("ParkedCallTimeOut")
	s.after("ParkedCall", func() { s.originate("park@app", "Wait", "8") })
	parked, err := ami.List(s.Context(), s, action.ParkedCalls{})
	if err != nil || len(parked) == 0 {
		s.Errorf("List(ParkedCalls) = %v, %v, want the call that was parked", parked, err)
		return
	}
	latest := slices.MaxFunc(parked, func(a, b event.ParkedCall) int { return cmp.Compare(a.ParkingTimeout, b.ParkingTimeout) })
	s.after("UnParkedCall", func() { s.originate(fmt.Sprintf("%d@parkedcalls", latest.ParkingSpace), "Wait", "1") })
	s.originate("720@parkedcalls", "Wait", "1") // nobody is there
	s.after("ParkedCall", func() { s.originate("park@app", "Wait", "8") })
	for _, c := range s.channels("Park") {
		s.do(action.Hangup{Channel: c.Channel})
	}
	s.await("ParkedCallGiveUp")
}

func (s *storm) fax() {
	s.originate("rx@storm2", "SendFAX", "/none.tif")
	s.originate("rx@storm2", "Wait", "2")
	s.do(action.FAXSessions{})
}

// phones registers one, which needs no answer to its NOTIFYs.
func (s *storm) phones() {
	phone, err := net.Dial("udp", s.server.SIP())
	if err != nil {
		s.Error(err)
		return
	}
	defer phone.Close()
	register(s.T, phone, "100", "secret-100", "REGISTER", "Expires: 60")
	s.await("ContactStatus")
	register(s.T, phone, "100", "secret-100", "SUBSCRIBE", "Event: presence\r\nAccept: application/pidf+xml\r\nExpires: 60")
	for _, a := range []action.Action{
		action.PJSIPShowContacts{}, action.PJSIPShowRegistrationInboundContactStatuses{}, action.PJSIPShowEndpoint{Endpoint: "100"},
		action.PJSIPShowEndpoints{}, action.PJSIPShowAors{}, action.PJSIPShowSubscriptionsInbound{}, action.PJSIPShowRegistrationsInbound{},
		action.PJSIPQualify{Endpoint: "100"}, action.PJSIPRegister{Registration: "out"},
		action.PJSIPSetMaintenance{Endpoint: "100", State: true}, action.PJSIPShowMaintenance{}, action.PJSIPSetMaintenance{Endpoint: "100"},
	} {
		s.do(a)
	}
	register(s.T, phone, "100", "wrong", "REGISTER", "Expires: 60")
	register(s.T, phone, "nobody", "x", "REGISTER", "Expires: 60")
	s.mixed()
	s.await("ChallengeSent", "ChallengeResponseFailed", "ContactStatusDetail")
}

// media has a phone that sends RTP, gets a report on it, and holds the call.
func (s *storm) media() {
	m, phone := newMedia(s.T), newSoftphone(s.T, s.server)
	s.do(action.Originate{Channel: "PJSIP/soft", Context: "storm2", Exten: "music", Priority: 1, Async: true})
	m.meet(s.T, phone.answer(m.port()))
	m.talk(s.T)
	m.report(s.T, m.hear(s.T))
	s.await("RTCPReceived", "RTCPSent")
	phone.hold(m.port(), "sendonly")
	phone.hold(m.port(), "sendrecv")
	s.await("Hold", "Unhold", "Registry")
}

// logins are refused, but for one.
func (s *storm) logins() {
	for _, login := range []string{
		"Action: Login\r\nUsername: nobody\r\nSecret: x\r\n\r\n", "Action: Login\r\nUsername: all\r\nSecret: x\r\n\r\n",
		"Action: Login\r\nUsername: denied\r\nSecret: x\r\n\r\n", "Action: Nothing\r\n\r\n",
		"Action: Challenge\r\nAuthType: MD5\r\n\r\nAction: Login\r\nAuthType: MD5\r\nUsername: all\r\nKey: x\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", s.server.AMI())
		if err != nil {
			s.Error(err)
			return
		}
		defer conn.Close()
		if _, err := conn.Write([]byte(login)); err != nil {
			s.Error(err)
		}
	}
	user := s.server.User("crm")
	if crm, err := ami.Dial(s.Context(), s.server.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret}); err == nil {
		_, _ = crm.Do(s.Context(), action.Command{Command: "core show uptime"})
		crm.Close()
	}
	s.do(action.New("NoSuchAction"))
	s.check(loginOf(s.T, s.server))
	s.await("InvalidAccountID", "InvalidPassword", "FailedACL", "RequestBadFormat", "RequestNotAllowed")
}

func (s *storm) system() {
	for _, a := range []action.Action{
		action.ModuleLoad{Module: "app_milliwatt.so", LoadType: action.LoadUnload},
		action.ModuleLoad{Module: "app_milliwatt.so", LoadType: action.LoadLoad},
		action.LoggerRotate{}, action.Reload{Module: "res_musiconhold.so"}, action.QueueReload{},
		action.Command{Command: "logger add channel storm notice"}, action.Command{Command: "logger remove channel storm"},
		action.Command{Command: "core reload"},
	} {
		s.do(a)
	}
	s.await("Load", "Unload", "Reload")
	if strings.HasPrefix(s.server.Asterisk(), "16.") {
		s.do(action.SIPqualifypeer{Peer: "200"})
	}
}

// mixed asks for the lists that mix events.
func (s *storm) mixed() {
	queues, err := ami.Queues(s.Context(), s, action.QueueStatus{})
	if err != nil || len(queues) != 3 || len(queues[0].Members)+len(queues[1].Members)+len(queues[2].Members) < 4 || queues[0].Params.Strategy == "" {
		s.Errorf("Queues = %+v, %v", queues, err)
	}
	endpoint, err := ami.PJSIPEndpoint(s.Context(), s, "100")
	if err != nil || endpoint.Detail.ObjectName != "100" || len(endpoint.AORs) != 1 || len(endpoint.Auths) != 1 || len(endpoint.Transports) != 1 ||
		len(endpoint.Identifies) != 1 || len(endpoint.Contacts) != 1 {
		s.Errorf("PJSIPEndpoint = %+v, %v", endpoint, err)
	}
	registrations, err := ami.PJSIPRegistrations(s.Context(), s)
	if err != nil || len(registrations) != 1 || registrations[0].Detail.ObjectName != "out" || len(registrations[0].Auths) != 1 {
		s.Errorf("PJSIPRegistrations = %+v, %v", registrations, err)
	}
}
