package action

// The classes of each action, which Asterisk registers in C and documents
// nowhere. The same in 16.28 and 22.10.1.
var authority = map[Class]string{
	0: `BridgeDestroy BridgeInfo BridgeKick BridgeList BridgeTechnologyList BridgeTechnologySuspend
		BridgeTechnologyUnsuspend DAHDIDNDoff DAHDIDNDon DAHDIDialOffhook DAHDIHangup DAHDIRestart
		DAHDIShowChannels DAHDIShowStatus DAHDITransfer PRIDebugSet PRIDebugFileUnset PRIShowSpans
		QueueStatus QueueSummary QueueRule QueueReload QueueReset QueueChangePriorityCaller
		QueueWithdrawCaller WaitEvent Ping Events ListCommands Login Logoff Challenge`,
	ClassAgent:   `AgentLogoff Agents QueueAdd QueueLog QueueMemberRingInUse QueuePause QueuePenalty QueueRemove`,
	ClassAGI:     `AGI`,
	ClassAOC:     `AOCMessage`,
	ClassCommand: `Command`,
	ClassCall: `Atxfer BlindTransfer Bridge CancelAtxfer ConfbridgeKick ConfbridgeLock ConfbridgeUnlock
		ConfbridgeMute ConfbridgeUnmute ConfbridgeSetSingleVideoSrc ControlPlayback FAXSession FAXSessions
		MeetmeMute MeetmeUnmute MWIDelete MWIUpdate Park ParkedCalls Parkinglots PlayDTMF PlayMF Redirect
		SendFlash SendText Setvar Monitor ChangeMonitor PauseMonitor UnpauseMonitor StopMonitor`,
	ClassCall | ClassReporting: `DeviceStateList ExtensionState ExtensionStateList Getvar MailboxCount MailboxStatus
		MWIGet PresenceState PresenceStateList VoicemailBoxSummary VoicemailUsersList VoicemailUserStatus`,
	ClassConfig:                  `CreateConfig ListCategories UpdateConfig`,
	ClassConfig | ClassReporting: `ShowDialPlan`,
	ClassConfig | ClassSystem:    `Reload GetConfig GetConfigJSON`,
	ClassMessage:                 `MessageSend`,
	ClassOriginate:               `Originate`,
	ClassReporting:               `ConfbridgeList ConfbridgeListRooms FAXStats MeetmeList MeetmeListRooms`,
	ClassSystem: `ConfbridgeStartRecord ConfbridgeStopRecord DBDel DBDelTree DBPut DialplanExtensionAdd
		DialplanExtensionRemove Filter JabberSend MixMonitor ModuleCheck ModuleLoad MuteAudio PJSIPNotify
		PJSIPSetMaintenance PJSIPShowAors PJSIPShowAuths PJSIPShowContacts PJSIPShowEndpoint
		PJSIPShowEndpoints PJSIPShowRegistrationInboundContactStatuses PJSIPShowRegistrationsInbound
		PJSIPShowResourceLists PJSIPShowSubscriptionsInbound PJSIPShowSubscriptionsOutbound PRIDebugFileSet
		SorceryMemoryCacheExpire SorceryMemoryCacheExpireObject SorceryMemoryCachePopulate
		SorceryMemoryCacheStale SorceryMemoryCacheStaleObject SIPnotify SIPpeerstatus`,
	ClassSystem | ClassCall:                  `AbsoluteTimeout Hangup PJSIPHangup LocalOptimizeAway MixMonitorMute StopMixMonitor`,
	ClassSystem | ClassCall | ClassReporting: `Status`,
	ClassSystem | ClassReporting: `CoreSettings CoreShowChannelMap CoreShowChannels CoreStatus DBGet DBGetTree IAXnetstats
		IAXpeers IAXpeerlist IAXregistry LoggerRotate PJSIPQualify PJSIPRegister PJSIPUnregister
		PJSIPShowMaintenance PJSIPShowRegistrationsOutbound SIPpeers SIPqualifypeer SIPshowpeer
		SIPshowregistry SKINNYdevices SKINNYlines SKINNYshowdevice SKINNYshowline`,
	ClassUser: `UserEvent VoicemailForward VoicemailMove VoicemailRefresh VoicemailRemove`,
}

// The event that ends each list. Most lists say so themselves with EventList;
// the name serves where an old version or a module forgets to.
var listEnds = map[string]string{
	"AgentsComplete":                     `Agents`,
	"BridgeInfoComplete":                 `BridgeInfo`,
	"BridgeListComplete":                 `BridgeList`,
	"BridgeTechnologyListComplete":       `BridgeTechnologyList`,
	"ConfbridgeListComplete":             `ConfbridgeList`,
	"ConfbridgeListRoomsComplete":        `ConfbridgeListRooms`,
	"CoreShowChannelsComplete":           `CoreShowChannels`,
	"CoreShowChannelMapComplete":         `CoreShowChannelMap`,
	"DAHDIShowChannelsComplete":          `DAHDIShowChannels`,
	"DAHDIShowStatusComplete":            `DAHDIShowStatus`,
	"PRIShowSpansComplete":               `PRIShowSpans`,
	"DBGetComplete":                      `DBGet`,
	"DBGetTreeComplete":                  `DBGetTree`,
	"DeviceStateListComplete":            `DeviceStateList`,
	"ExtensionStateListComplete":         `ExtensionStateList`,
	"PresenceStateListComplete":          `PresenceStateList`,
	"FAXSession":                         `FAXSession`,
	"FAXSessionsComplete":                `FAXSessions`,
	"FAXStats":                           `FAXStats`,
	"ChannelsHungupListComplete":         `Hangup PJSIPHangup`,
	"PeerlistComplete":                   `IAXpeers IAXpeerlist SIPpeers`,
	"RegistrationsComplete":              `IAXregistry SIPshowregistry`,
	"MWIGetComplete":                     `MWIGet`,
	"MeetmeListComplete":                 `MeetmeList`,
	"MeetmeListRoomsComplete":            `MeetmeListRooms`,
	"ParkedCallsComplete":                `ParkedCalls`,
	"ParkinglotsComplete":                `Parkinglots`,
	"AorListComplete":                    `PJSIPShowAors`,
	"AuthListComplete":                   `PJSIPShowAuths`,
	"ContactListComplete":                `PJSIPShowContacts`,
	"EndpointListComplete":               `PJSIPShowEndpoints`,
	"EndpointDetailComplete":             `PJSIPShowEndpoint`,
	"InboundRegistrationDetailComplete":  `PJSIPShowRegistrationsInbound`,
	"OutboundRegistrationDetailComplete": `PJSIPShowRegistrationsOutbound`,
	"ContactStatusDetailComplete":        `PJSIPShowRegistrationInboundContactStatuses`,
	"InboundSubscriptionDetailComplete":  `PJSIPShowSubscriptionsInbound`,
	"OutboundSubscriptionDetailComplete": `PJSIPShowSubscriptionsOutbound`,
	"ResourceListDetailComplete":         `PJSIPShowResourceLists`,
	"PJSIPMaintenanceStatusComplete":     `PJSIPShowMaintenance`,
	"QueueStatusComplete":                `QueueStatus`,
	"QueueSummaryComplete":               `QueueSummary`,
	"ShowDialPlanComplete":               `ShowDialPlan`,
	"StatusComplete":                     `Status`,
	"VoicemailBoxDetailComplete":         `VoicemailBoxSummary`,
	"VoicemailUserDetailComplete":        `VoicemailUserStatus`,
	"VoicemailUserEntryComplete":         `VoicemailUsersList`,
	"SIPpeerstatusComplete":              `SIPpeerstatus`,
	"DevicelistComplete":                 `SKINNYdevices`,
	"LinelistComplete":                   `SKINNYlines`,
	"WaitEventComplete":                  `WaitEvent`,
}

const (
	unannounced   = `FAXSession FAXStats WaitEvent`
	silent        = `IAXnetstats Events`
	provisional   = `JabberSend`
	slow          = `Originate WaitEvent Reload Command ModuleLoad UpdateConfig QueueReload VoicemailRefresh AOCMessage DBGetTree`
	sessionScoped = `Login Logoff Challenge Events Filter WaitEvent`
)
