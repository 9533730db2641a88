package agi

import (
	"context"
	"strconv"
	"time"
)

// Played is how the playback of a file has ended.
type Played struct {
	Digit string // that stopped it; "" if it was played to its end
	// Samples is where it stopped, in samples of the file: 8,000 a second for
	// gsm, ulaw, alaw, wav and sln, 16,000 for g722, wav16 and sln16.
	Samples int
	// Remote is true if somebody else stopped it: AMI's ControlPlayback.
	Remote bool
}

const noFile = "the file could not be played: check that it exists (without its extension), and that Asterisk can read it"

// StreamFile plays a sound file up to its end or up to one of the digits in
// stop ([STREAM FILE]). The name has no extension; "" for stop means that no
// digit stops it. If the file can't be played, the error is an [*Error].
//
// [STREAM FILE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/stream_file/
func (s *Session) StreamFile(ctx context.Context, file, stop string) (Played, error) {
	return s.played(ctx, "STREAM FILE", file, stop)
}

// StreamFileFrom is [Session.StreamFile] from a place in the file ([STREAM
// FILE]): after so many samples, as [Played.Samples] counts them.
//
// [STREAM FILE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/stream_file/
func (s *Session) StreamFileFrom(ctx context.Context, file, stop string, samples int) (Played, error) {
	return s.played(ctx, "STREAM FILE", file, stop, strconv.Itoa(samples))
}

// GetOption plays a sound file as [Session.StreamFile] does, and then waits for
// one of the digits in stop ([GET OPTION]). A negative timeout means no limit.
// Played.Digit is "" if the time is over, or if another key was pressed during
// the wait.
//
// [GET OPTION]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_option/
func (s *Session) GetOption(ctx context.Context, file, stop string, timeout time.Duration) (Played, error) {
	return s.played(ctx, "GET OPTION", file, stop, strconv.FormatInt(milliseconds(timeout), 10))
}

func (s *Session) played(ctx context.Context, command string, arguments ...string) (Played, error) {
	r, err := s.run(ctx, noFile, command, arguments...)
	return Played{r.digit(), r.count("endpos"), r.remote()}, about(arguments[0], err)
}

// remote reports whether AMI's ControlPlayback stopped a playback: the result
// then is one of AST_CONTROL_STREAM_STOP and its like, from 1,000 on.
func (r Reply) remote() bool {
	n, _ := r.Int()
	return n > 255
}

// Control is what the caller may do while [Session.ControlStreamFile] plays.
// The zero value and nil are Asterisk's own defaults.
type Control struct {
	Skip    time.Duration // how far Forward and Rewind go; 0 means 3 s
	Forward string        // one digit; "" means #
	Rewind  string        // one digit; "" means *
	Pause   string        // one digit, and again to go on; "" means none
	Start   time.Duration // where in the file it begins
}

// Controlled is how [Session.ControlStreamFile] has ended.
type Controlled struct {
	Digit string // that stopped it; "" if it was played to its end
	// Position is where in the file it stopped; 0 if Ended. Asterisk takes every
	// file for one of 8,000 samples a second here.
	Position time.Duration
	Ended    bool // the file was played to its end
	Remote   bool // stopped by somebody else: AMI's ControlPlayback
}

// ControlStreamFile plays a sound file that the caller can wind and pause, up
// to its end or up to one of the digits in stop ([CONTROL STREAM FILE]). Nil
// for control means Asterisk's own defaults. If the file can't be played, the
// error is an [*Error].
//
// [CONTROL STREAM FILE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/control_stream_file/
func (s *Session) ControlStreamFile(ctx context.Context, file, stop string, control *Control) (Controlled, error) {
	arguments := []string{file, stop}
	if control != nil {
		arguments = append(arguments, control.arguments()...)
	}
	r, err := s.run(ctx, noFile, "CONTROL STREAM FILE", arguments...)
	at := r.count("endpos") // -1 is the end of the file
	position := time.Duration(min(max(at, 0), maxMilliseconds)) * time.Millisecond
	return Controlled{r.digit(), position, err == nil && at < 0, r.remote()}, about(file, err)
}

func (c *Control) arguments() []string {
	skip := c.Skip
	if skip <= 0 {
		skip = 3 * time.Second
	}
	return []string{
		strconv.FormatInt(milliseconds(skip), 10), c.Forward, c.Rewind, c.Pause,
		strconv.FormatInt(milliseconds(max(c.Start, 0)), 10),
	}
}
