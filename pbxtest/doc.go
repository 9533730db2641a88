// Package pbxtest is a simulated Asterisk, for tests of programs that use one, and for demos and load: phones that call and answer, a dialplan
// that runs, and the manager that tells of it, with the events, their order and their fields as Asterisk 16 and 22 have them.
//
//	pbx, err := pbxtest.New(&pbxtest.Config{
//		Phones: []pbxtest.Phone{{ID: "100", Context: "office"}, {ID: "101", Context: "office", Answer: 2 * time.Second}},
//		Dialplan: "[office]\nexten => _1XX,1,Dial(PJSIP/${EXTEN},20)\n same => n,Hangup()\n",
//	})
//	client, err := ami.Connect(ctx, "pbx", &ami.Config{Dial: pbx.Dial, Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret})
//	pbx.Call("100", "101")
//
// Phones do by themselves what the [Config] says; [PBX.Phone] puts one into the hands of a test. A [CallCentre] has people in it. Whatever in a Config
// names a phone, queue, context or extension that is not there is an error of [New], as far as it is written without variables.
package pbxtest
