// Package action has what a program can ask Asterisk over its Manager
// Interface: a type for each action, and a table of how each is answered.
//
// An action is a literal. Its fields are checked when it is sent:
//
//	session.Do(ctx, action.Hangup{Channel: "PJSIP/100-00000001", Cause: asterisk.CauseUserBusy})
//
// [New] makes any action, typed here or not, of a later version or of a module
// of your own:
//
//	session.Do(ctx, action.New("MyAction", "Interface", "PJSIP/100", "Variable", "a=1", "Variable", "b=2"))
//
// A list has its items as ami.List returns them: their type follows from the
// action. Each action's comment names the class that a user needs in write= of
// manager.conf, any one of several.
//
// # Calls and channels
//
//   - begin: [Originate]; see ami.Originate, which finds out what becomes of it
//   - end: [Hangup], [PJSIPHangup], [AbsoluteTimeout]
//   - move: [Redirect], [Atxfer], [CancelAtxfer], [BlindTransfer], [Park]
//   - join: [Bridge], [BridgeKick], [BridgeDestroy], [LocalOptimizeAway]
//   - see: [CoreShowChannels], [Status], [CoreShowChannelMap], [BridgeList], [BridgeInfo], [BridgeTechnologyList]; [ParkedCalls], [Parkinglots]
//   - speak: [PlayDTMF], [PlayMF], [SendFlash], [SendText], [ControlPlayback], [MuteAudio], [AGI], [AOCMessage]
//   - record: [MixMonitor], [MixMonitorMute], [StopMixMonitor], [Monitor], [PauseMonitor], [UnpauseMonitor], [ChangeMonitor], [StopMonitor]
//   - fax: [FAXSession], [FAXSessions], [FAXStats]
//
// # Queues, agents and conferences
//
//   - queues: [QueueStatus], [QueueSummary], [QueueRule]; [QueueReload], [QueueReset], [QueueLog]
//   - their members: [QueueAdd], [QueueRemove], [QueuePause], [QueuePenalty], [QueueMemberRingInUse]
//   - their callers: [QueueChangePriorityCaller], [QueueWithdrawCaller]
//   - agents of app_agent_pool: [Agents], [AgentLogoff]
//   - conferences: [ConfbridgeListRooms], [ConfbridgeList], [ConfbridgeKick], [ConfbridgeMute], [ConfbridgeUnmute], [ConfbridgeLock],
//     [ConfbridgeUnlock], [ConfbridgeStartRecord], [ConfbridgeStopRecord], [ConfbridgeSetSingleVideoSrc];
//     [MeetmeList], [MeetmeListRooms], [MeetmeMute], [MeetmeUnmute]
//
// # Devices, extensions and mailboxes
//
//   - states: [ExtensionState], [ExtensionStateList], [DeviceStateList], [PresenceState], [PresenceStateList]
//   - PJSIP: [PJSIPShowEndpoints], [PJSIPShowEndpoint], [PJSIPShowAors], [PJSIPShowAuths], [PJSIPShowContacts],
//     [PJSIPShowRegistrationsInbound], [PJSIPShowRegistrationsOutbound], [PJSIPShowRegistrationInboundContactStatuses],
//     [PJSIPShowSubscriptionsInbound], [PJSIPShowSubscriptionsOutbound], [PJSIPShowResourceLists]; [PJSIPQualify], [PJSIPNotify],
//     [PJSIPRegister], [PJSIPUnregister], [PJSIPSetMaintenance], [PJSIPShowMaintenance]
//   - SIP of 16: [SIPpeers], [SIPshowpeer], [SIPpeerstatus], [SIPqualifypeer], [SIPshowregistry], [SIPnotify]
//   - IAX2: [IAXpeers], [IAXpeerlist], [IAXnetstats], [IAXregistry]
//   - DAHDI: [DAHDIShowChannels], [DAHDIShowStatus], [DAHDIDialOffhook], [DAHDIHangup], [DAHDITransfer], [DAHDIDNDon], [DAHDIDNDoff],
//     [DAHDIRestart]; [PRIShowSpans], [PRIDebugSet], [PRIDebugFileSet], [PRIDebugFileUnset]
//   - SKINNY: [SKINNYdevices], [SKINNYshowdevice], [SKINNYlines], [SKINNYshowline]
//   - mailboxes: [MailboxCount], [MailboxStatus], [MWIGet], [MWIUpdate], [MWIDelete]; [VoicemailUsersList], [VoicemailUserStatus],
//     [VoicemailBoxSummary], [VoicemailRefresh], [VoicemailForward], [VoicemailMove], [VoicemailRemove]
//   - messages: [MessageSend], [JabberSend]
//
// # Variables, database and dialplan
//
//   - variables and functions: [Getvar], [Setvar]
//   - database: [DBGet], [DBGetTree], [DBPut], [DBDel], [DBDelTree]
//   - dialplan: [ShowDialPlan], [DialplanExtensionAdd], [DialplanExtensionRemove]
//   - events of one's own: [UserEvent]
//
// # Asterisk itself
//
//   - state: [CoreStatus], [CoreSettings], [ListCommands], [Ping], [Command]
//   - modules and configuration: [Reload], [ModuleLoad], [ModuleCheck], [GetConfig], [GetConfigJSON], [ListCategories], [CreateConfig],
//     [UpdateConfig], [LoggerRotate]; [BridgeTechnologySuspend], [BridgeTechnologyUnsuspend]; [SorceryMemoryCacheExpire],
//     [SorceryMemoryCacheExpireObject], [SorceryMemoryCachePopulate], [SorceryMemoryCacheStale], [SorceryMemoryCacheStaleObject]
//   - the session, for which a Session has methods and settings: [Login], [Challenge], [Logoff], [Events], [Filter], [WaitEvent]
//
// The types and the table are generated; see internal/gen.
//
// The meaning of each action is Asterisk's:
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/
package action
