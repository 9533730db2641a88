package sipua_test

import "github.com/asterisk-go/asterisk-go/internal/lab"

// frontConfig is a server whose people, numbers and places have names that stand nowhere else, so that they can be searched for in
// what a browser receives.
var frontConfig = lab.Config{Trunk: true, Phones: []string{"anna7", "bert8", "cleo9"}, Append: map[string]string{
	"extensions.conf": `
[innendienst]
include => parkedcalls
exten => 7701001,1,Set(__KUNDENKONTO=konto-4242)
 same => n,Dial(PJSIP/anna7,20,tT)
 same => n,Hangup()
exten => 7702002,1,Dial(PJSIP/bert8,20,tT)
 same => n,Hangup()
exten => 7703003,1,Dial(PJSIP/cleo9,20,tT)
 same => n,Hangup()
exten => 600,1,Queue(beide,tT)
 same => n,Hangup()
exten => 601,1,Answer()
 same => n,ConfBridge(raum5,,leise)
 same => n,Hangup()
exten => 602,1,PickupChan(PJSIP/bert8,p)
 same => n,Hangup()
exten => 603,1,PickupChan(PJSIP/anna7,p)
 same => n,Hangup()
exten => 609,1,Answer()
 same => n,Hangup()

; calls from outside: anna's phone rings until a model has found out who calls, of which a stranger may have it doubt. It asks Asterisk in one
; hundredth of the time, so where an answer takes 300 ms, on a busy machine, there is half a minute between two questions
[amtsleitung]
exten => _4930701!,1,Set(__KUNDENKONTO=konto-4242)
 same => n,Dial(PJSIP/anna7,300,tT)
 same => n,Hangup()
exten => _4930702!,1,Dial(PJSIP/bert8,20,tT)
 same => n,Hangup()
exten => 4930600,1,Queue(beide,tT)
 same => n,Hangup()
`,
	"queues.conf": `
[beide]
strategy = ringall
member => PJSIP/anna7,0,Anna Quendel
member => PJSIP/bert8,0,Bert Rasmus
member => Local/7703003@innendienst,0,Cleo Santos,PJSIP/cleo9
`,
	"confbridge.conf": `
[leise]
type = user
quiet = yes
`,
	"pjsip.conf": `
[trunk](+)
context = amtsleitung

[anna7](+)
context = innendienst
callerid = Anna Quendel <7701001>

[bert8](+)
context = innendienst
callerid = Bert Rasmus <7702002>

[cleo9](+)
context = innendienst
callerid = Cleo Santos <7703003>
`,
}}

// caller is somebody outside.
type caller struct{ number, name string }

var (
	xenia = caller{"491751110001", "Xenia Thal"}
	yves  = caller{"491752220002", "Yves Brook"}
)

// Where calls from outside go to.
const (
	toAnna  = "4930701"
	toBert  = "4930702"
	toQueue = "4930600"
)

// What nobody may receive: places of the dialplan, variables, secrets, and applications with their arguments.
var neverOut = []string{"innendienst", "amtsleitung", "KUNDENKONTO", "konto-4242", "PickupChan", "leise", "secret", "7703003@", "tT"}
