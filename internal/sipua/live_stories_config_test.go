package sipua_test

import "github.com/asterisk-go/asterisk-go/internal/lab"

// storiesConfig has what the phones of TestLiveStories dial.
var storiesConfig = lab.Config{Append: map[string]string{
	"extensions.conf": storiesDialplan + agentsDialplan,
	"queues.conf": `
[desk]
strategy = ringall
member => PJSIP/101,0,Bea

[cem]
strategy = ringall
member => PJSIP/102,0,Cem

[both]
strategy = ringall
member => PJSIP/101,0,Bea
member => PJSIP/102,0,Cem

[keys]
strategy = ringall
context = left
member => PJSIP/101,0,Bea

; who is to miss the call has as long for it as who is to answer
[turns]
strategy = linear
timeout = 5
retry = 1
member => PJSIP/101,0,Bea
member => PJSIP/102,0,Cem
`,
	"features.conf": `
[general](+)
featuredigittimeout = 5000
transferdigittimeout = 10
`,
	"rtp.conf": `
strictrtp = no
`,
	"confbridge.conf": `
[quiet]
type = user
quiet = yes
`,
	"pjsip.conf": `
[100](+)
call_group = 1
pickup_group = 1

[101](+)
call_group = 1
pickup_group = 1

[102](+)
call_group = 1
pickup_group = 1
`,
}}

// storiesDialplan is also that of pbxtest.
const storiesDialplan = `
[default](+)
; 3101: phone 101, with the feature codes for both; 3201: for a second
exten => _31XX,1,Dial(PJSIP/1${EXTEN:2},20,tTkK)
 same => n,Hangup()
exten => _32XX,1,Dial(PJSIP/1${EXTEN:2},1)
 same => n,Hangup()
; the first who answers
exten => 330,1,Dial(PJSIP/101&PJSIP/102,20)
 same => n,Hangup()
exten => 600,1,Queue(desk,tT)
 same => n,Hangup()
exten => 601,1,Answer()
 same => n,ConfBridge(7,,quiet)
 same => n,Hangup()
exten => 602,1,PickupChan(PJSIP/101,p)
 same => n,Hangup()
exten => 603,1,Pickup()
 same => n,Hangup()
exten => 604,1,Queue(desk,,,,1)
 same => n,Hangup()
exten => 605,1,Answer()
 same => n,Queue(keys)
 same => n,Hangup()
exten => 606,1,AGI(${STORY_AGI})
 same => n,Queue(desk)
 same => n,Hangup()
exten => 607,1,Queue(turns)
 same => n,Hangup()
exten => 608,1,Dial(Local/hop@rows/n,20)
 same => n,Hangup()
exten => 609,1,Dial(Local/end@rows,20)
 same => n,Hangup()
exten => 614,1,Answer()
 same => n,Queue(cem)
 same => n,Hangup()
exten => 618,1,AGI(agi:async)
 same => n,Hangup()
exten => 620,1,Dial(PJSIP/no${WORD}body,20)
 same => n,Hangup()
exten => 615,1,Queue(both)
 same => n,Hangup()
exten => 613,1,Queue(cem)
 same => n,Hangup()
exten => 612,1,Answer()
 same => n,MusicOnHold(default,60)
 same => n,Hangup()

[left]
exten => 1,1,Dial(PJSIP/102,20)
 same => n,Hangup()

[rows]
exten => hop,1,Dial(Local/end@rows/n,20)
 same => n,Hangup()
exten => end,1,Dial(PJSIP/101,20)
 same => n,Hangup()
`

// agentsDialplan has applications that pbxtest has not.
const agentsDialplan = `
[default](+)
exten => 610,1,Answer()
 same => n(again),AgentRequest(1001)
 same => n,Wait(0.2)
 same => n,Goto(again)
exten => 611,1,AgentLogin(1001,s)
 same => n,Hangup()
`
