package pbxtest

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Limits bound what a PBX holds for its clients, however many there are and whatever they send. Zero is the default of a field, and a negative value
// is an error. Longer lines, and messages of more lines, than Asterisk reads are refused as Asterisk refuses them.
type Limits struct {
	// Sessions is how many connections the manager has at a time, those of AJAM included. Zero is 1,000. A further one is closed at once, without a word.
	Sessions int
	// AuthLimit is how many of these may not have logged in: authlimit of manager.conf. Zero is 50. A further connection is closed at once, without a word.
	AuthLimit int
	// AuthTimeout is how long a connection may take to log in: authtimeout of manager.conf. Zero is 30 s. Then it is closed without a word.
	AuthTimeout time.Duration
	// WriteTimeout is how long a client may take to read what is sent at once (64 KiB at most), once all buffers between are full: writetimeout of
	// manager.conf. Then its connection is closed. Zero is 10 s: Asterisk's default of 100 ms would end clients of a busy machine. It is also how long a
	// FastAGI server may take.
	WriteTimeout time.Duration
	// Unread is how many bytes may wait for all clients together. Zero is 64 MiB. Beyond it, the connection is closed for which most waits. A client's
	// actions are not read while more than 1 MiB waits for that client.
	Unread int
	// Channels is how many channels there may be. Zero is 25,000. Calls beyond it fail as those to a device that does not exist.
	Channels int
	// Variables is how many bytes the variables of all channels and the global ones may have, with 64 for each besides its name and value. Zero is 64 MiB.
	// A variable beyond it is not set; Setvar has the error "Variable not set".
	Variables int
}

// complete replaces zero values by the defaults.
func (l *Limits) complete() error {
	return errors.Join(
		complete("Sessions", &l.Sessions, 1000), complete("AuthLimit", &l.AuthLimit, 50), complete("AuthTimeout", &l.AuthTimeout, 30*time.Second),
		complete("WriteTimeout", &l.WriteTimeout, 10*time.Second), complete("Unread", &l.Unread, 64<<20), complete("Channels", &l.Channels, 25_000),
		complete("Variables", &l.Variables, 64<<20),
	)
}

func complete[T int | time.Duration](name string, value *T, usual T) error {
	if *value < 0 {
		return fmt.Errorf("pbxtest: Config.Limits.%s is %v: it can't be negative", name, *value)
	}
	*value = cmp.Or(*value, usual)
	return nil
}
