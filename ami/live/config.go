package live

import "time"

// Config adjusts a model. The zero value and nil have the defaults.
type Config struct {
	// Server is a name for the PBX, for programs that watch several; empty is fine for one.
	Server string
	// Parts are the parts that are wanted; empty means all. [PartChannels], [PartBridges] and [PartCalls] come
	// together: who names one of them has all three. A part that is not wanted costs nothing.
	Parts []PartName
	// Variables are the names of channel variables that channels and Calls are to have, and of functions of a channel,
	// as CALLERID(dnid). Each costs a little of every list; about twenty fit into one. Events tell of variables, with the right
	// read=dialplan; of functions, and of variables without that right, only lists tell. A name with SHELL or EVAL in it is known
	// from events alone: Asterisk would refuse the list to users without write=system.
	Variables []string
	// Classify tells of a channel whether it is ours or leads outside, and zero if it does not know. It is called with the model's
	// lock held, when a channel is new, and while it does not know when the name or the context has changed: it must return
	// at once, and neither keep the channel, write to it nor call the model. Nil knows nothing. [Rules] are one that works by a table.
	Classify func(*Channel) Side
	// Number brings the numbers of Parties and Calls into one form, as +12345678. Its argument is never empty and may be any
	// text that a caller has sent. It is called as Classify is. Nil leaves them as they are.
	Number func(string) string
	// Recheck is how often lists are run for what no event tells; 0 means a minute, negative
	// never. It becomes longer where a run takes more than a hundredth of it, for Asterisk
	// sends no events to a session while a list runs.
	Recheck time.Duration
	// WrapupTime returns the pause that members of a queue have after each call, where they have none of their own;
	// false if it is not known. No event and no list tells it. Nil reads the file queues.conf with the action GetConfig,
	// at the start and when queues are reloaded, if the user may. It must not call the model, and always return the same.
	WrapupTime func(queue string) (pause time.Duration, known bool)
	// KeepEnded is how long a Call stays in the View after its end, because some events about it
	// come late; 0 means 15 minutes. MaxEnded and MaxEndedBytes bound how many
	// stay, the bytes by estimate; 0 means 10,000 and 64 MiB.
	KeepEnded     time.Duration
	MaxEnded      int
	MaxEndedBytes int
	// MaxChannels, MaxBridges and MaxCalls bound how many objects of a kind there are, Calls that have ended
	// included; 0 means 100,000, of Calls 200,000. What is over that is left out, and Parts says so.
	MaxChannels int
	MaxBridges  int
	MaxCalls    int
	// MaxObjects bounds how many objects each other part has; 0 means 100,000.
	MaxObjects int
}

// withDefaults returns the settings in force.
func (c *Config) withDefaults() Config {
	var with Config
	if c != nil {
		with = *c
	}
	if with.Recheck == 0 {
		with.Recheck = time.Minute
	}
	if with.KeepEnded <= 0 {
		with.KeepEnded = 15 * time.Minute
	}
	for _, setting := range []struct {
		value *int
		def   int
	}{{&with.MaxEnded, 10_000}, {&with.MaxEndedBytes, 64 << 20}, {&with.MaxChannels, 100_000}, {&with.MaxBridges, 100_000}, {&with.MaxCalls, 200_000}, {&with.MaxObjects, 100_000}} {
		if *setting.value <= 0 {
			*setting.value = setting.def
		}
	}
	return with
}

func (c *Config) limits() limits {
	return limits{channels: c.MaxChannels, bridges: c.MaxBridges, calls: c.MaxCalls, finished: c.MaxEnded, finishedBytes: c.MaxEndedBytes}
}
