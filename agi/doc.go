// Package agi answers calls: Asterisk hands a call to a program, which plays
// prompts, reads digits and decides what happens next, over the Asterisk
// Gateway Interface.
//
// A [Handler] is one function, whatever way the call comes in:
//
//	func ivr(ctx context.Context, s *agi.Session) error {
//		if err := s.Answer(ctx); err != nil {
//			return err
//		}
//		pin, err := s.GetData(ctx, "enter-pin", 5*time.Second, 4)
//		...
//	}
//
// There are three ways for a call to come in:
//
//   - AGI(script) in the dialplan: Asterisk starts the program, whose main
//     function is agi.Main(agi.HandlerFunc(ivr)).
//   - AGI(agi://host/ivr): the program is a server, with package [fastagi].
//   - AGI(agi:async): the calls come over the Manager Interface, with package
//     [asyncagi].
//
// Package [agitest] plays Asterisk in tests.
//
// # Contents
//
//   - Serve a call: [Handler], [HandlerFunc], [Session], [Env], [ParseEnv]
//   - Be a script: [Main], [Run], [Script]
//   - The channel: [Session.Answer], [Session.Hangup], [Session.HangupChannel],
//     [Session.SetAutoHangup], [Session.ChannelStatus], [Session.SetCallerID]
//   - Play files: [Session.StreamFile], [Session.StreamFileFrom],
//     [Session.ControlStreamFile], [Session.GetOption], [Session.Playback],
//     [Session.StartMusic], [Session.StopMusic]
//   - Ask for digits: [Session.Ask], [Session.Choose], [Session.GetData],
//     [Session.WaitForDigit]
//   - Say: [Session.SayNumber], [Session.SayDigits], [Session.SayAlpha],
//     [Session.SayPhonetic], [Session.SayDate], [Session.SayTime],
//     [Session.SayDateTime]
//   - Record and listen: [Session.RecordFile], [OpenAudio]
//   - Reach somebody: [Session.Dial], [Session.Queue], [Session.Conference],
//     [Session.Transfer]
//   - The dialplan: [Session.Exec], [Session.Gosub], [Session.SetContext],
//     [Session.SetExtension], [Session.SetPriority], [Session.AsyncBreak],
//     [Session.NoOp], [Session.Verbose]
//   - Variables: [Session.Variable], [Session.GetVariable],
//     [Session.GetFullVariable], [Session.SetVariable], [Session.SetVariables]
//   - Asterisk's database: [Session.DatabaseGet], [Session.DatabasePut],
//     [Session.DatabaseDel], [Session.DatabaseDelTree]
//   - Text and images: [Session.SendText], [Session.SendImage],
//     [Session.ReceiveText], [Session.ReceiveChar], [Session.SetTDDMode]
//   - Speech recognition: [Session.SpeechCreate], [Session.SpeechDestroy],
//     [Session.SpeechSet], [Session.SpeechLoadGrammar],
//     [Session.SpeechUnloadGrammar], [Session.SpeechActivateGrammar],
//     [Session.SpeechDeactivateGrammar], [Session.SpeechRecognize]
//   - Any other command: [Session.Do], [Reply], [ParseReply], [Quote]
//   - Errors: [Error], [PanicError], [Failed], [ErrHangup], [ErrInvalid],
//     [ErrNotSent], [ErrClosed], [ErrOutOfStep], [ErrBadEnv], [ErrTooLong]
//   - Another transport: [Conn], [Receiver], [Command], [Stream], [NewStream],
//     [Serve], [Config]
//
// Each method of [Session] names the AGI commands that it sends, with a link to
// Asterisk's own page.
//
// # Results
//
// Digits are strings: "0042" is not 42. Durations are time.Duration; Asterisk
// takes 24 days at most, and longer ones are sent as that. A value that is not
// set differs from one that is empty. If Asterisk refuses a command, the error
// is an [*Error] with the whole reply.
//
// # Text from strangers
//
// Asterisk writes what a caller supplies as it is: the number, the number that
// was dialled. A line break in it makes lines that look like Asterisk's own. So
// a session begins with a question that only Asterisk can answer, and believes
// nothing before the answer: see [Stream.ReadEnv]. What can't be known of the
// call after that is missing in [Env], and [Env.Doubtful] says so. Values are
// read to their real end, whatever they hold. See docs/safety.md for what a
// dialplan can do.
//
// # Hangup
//
// A caller who hangs up is no failure: the handler's context ends with the
// cause [ErrHangup]. Commands that make no sense any more return ErrHangup.
// Commands that a billing handler needs afterwards, such as SetVariable, still
// work, with the same context. See [Session].
//
// [fastagi]: https://pkg.go.dev/github.com/asterisk-go/asterisk-go/fastagi
// [asyncagi]: https://pkg.go.dev/github.com/asterisk-go/asterisk-go/agi/asyncagi
// [agitest]: https://pkg.go.dev/github.com/asterisk-go/asterisk-go/agi/agitest
package agi
