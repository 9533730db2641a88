// Package pbxtest is a simulated Asterisk, for tests of programs that use one, and for demos and load. It has phones that call and answer, a
// dialplan that runs, queues, conferences and parking, and it tells of them over AMI, AJAM, FastAGI and AsyncAGI: with the events, their order and
// their fields as Asterisk 16 and 22 have them. It needs neither Asterisk nor root. Where it differs from a real server is listed in
// docs/pbxtest.md.
//
// # A call in a test
//
// [New] starts a [PBX] in memory from a [Config]. A client of package ami connects by [PBX.Dial]; [PBX.Phone] puts a phone into the hands of the
// test, as a [Handset] with its [Call] values:
//
//	pbx, err := pbxtest.New(&pbxtest.Config{
//		Phones:   []pbxtest.Phone{{ID: "100", Context: "office"}, {ID: "101", Context: "office", AnswerAfter: 2 * time.Second}},
//		Dialplan: "[office]\nexten => _1XX,1,Dial(PJSIP/${EXTEN},20)\n same => n,Hangup()\n",
//	})
//	defer pbx.Close()
//	client, err := ami.Connect(ctx, "pbx", &ami.Config{Dial: pbx.Dial, Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret})
//	ann, err := pbx.Phone("100")
//	call, err := ann.Call("101") // 101 answers by itself after 2 s
//	<-call.Answered()
//
// Other ways in are [PBX.Listen] and [PBX.Serve] for AMI over TCP, and [PBX.HTTPClient] and [PBX.ServeHTTP] for AJAM. The application AGI of the
// dialplan calls FastAGI servers by TCP, or in memory at [PBX.ListenAGI], and AGI(agi:async) is AsyncAGI. [CallCentre] is a Config with people in it, who call,
// answer, hold, transfer and give up; the program pbxtest/pbx serves it.
//
// # Time and order
//
// The PBX has the clock of its process, and in a bubble of testing/synctest that of the bubble, where a call of an hour takes no time.
// There the same Seed and the same clients that do the same at the same times get the same bytes. What two clients do at one moment has no order,
// and over HTTP nothing says which of two polls has events of one moment. Clients must send the same bytes, too: a FastAGI server asks with a random
// text unless its TrustEnv is set.
//
// # What can go wrong, at will
//
// [PBX.Cut], [PBX.CutAfter], [PBX.Stall] and [PBX.Lose] break the manager's connections, or what they are told; [PBX.Restart] ends all calls as a
// crash does. [Phone] can be busy, unreachable or never answer, and [Handset.CallAs] calls with any text as number and name, which is what
// strangers can do to a real server.
//
// # What it knows
//
// The dialplan has the applications AGI, Answer, Bridge, Busy, ConfBridge, Congestion, Dial, Goto, GotoIf, Hangup, MusicOnHold, NoOp, Park, ParkedCall,
// PauseQueueMember, Pickup, PickupChan, Playback, PlayTones, Progress, Queue, Read, Ringing, Set, UnpauseQueueMember, UserEvent and Wait. Others are errors
// of New. The
// manager has the actions that ListCommands lists; it refuses others as Asterisk refuses an action whose module is not loaded. Nothing that was not
// done is answered with Success.
//
// Whatever in a Config names a phone, queue, context or extension that is not there is an error of [New] that says the name, as far as it is written
// without variables.
package pbxtest
