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
// As a script that the dialplan starts with AGI(script), which needs nothing
// else:
//
//	func main() { agi.Main(agi.HandlerFunc(ivr)) }
//
// As a server for AGI(agi://host/ivr), with package fastagi; for AGI(agi:async)
// over the Manager Interface, with package agi/asyncagi. Package agi/agitest
// plays Asterisk in tests.
//
// # Results
//
// Digits are strings: "0042" is not 42. Durations are time.Duration, of which
// Asterisk takes 24 days at most: what is longer is sent as that. A value
// that is not set is told from one that is empty. What Asterisk refuses is an
// [*Error] with the whole reply.
//
// # Text from strangers
//
// Asterisk writes what a caller supplies as it is: the number, the number that
// was dialled. A line break in it makes lines that look like Asterisk's own. So
// a session begins with a question that only Asterisk can answer, and believes
// nothing before the answer: see [Stream.ReadEnv]. What can't be known then of
// the call is missing in [Env], and [Env.Doubtful] says so. Values are read to
// their real end, whatever they hold. See docs/safety.md for what a dialplan can
// do.
//
// # Hangup
//
// A caller who hangs up is no failure: the handler's context ends with the
// cause [ErrHangup], commands that make no sense any more return it, and those
// that a billing handler needs afterwards, SetVariable first of all, still
// work, with the same context. See [Session].
package agi
