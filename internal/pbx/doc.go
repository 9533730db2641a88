// Package pbx is the machine of package pbxtest: channels, bridges, phones and a dialplan, and the events that Asterisk
// would send of them. It has no wire, no clock, no lock and no goroutine of its own: its owner tells it the time, calls
// one method at a time, and gets each event as text.
//
// What several threads of Asterisk do at once it does in turns, one thread until that waits, so that the same calls at the
// same times give the same bytes.
package pbx
