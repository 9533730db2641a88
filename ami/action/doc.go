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
// The types and the table are generated; see internal/gen.
//
// The meaning of each action is Asterisk's:
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/
package action
