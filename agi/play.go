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

// StreamFile plays a sound file, whose name has no extension, until its end or
// one of the digits in stop.
func (s *Session) StreamFile(ctx context.Context, file, stop string) (Played, error) {
	return s.played(ctx, "STREAM FILE", file, stop)
}

// StreamFileFrom is StreamFile that begins after so many samples, as
// [Played.Samples] counts them.
func (s *Session) StreamFileFrom(ctx context.Context, file, stop string, samples int) (Played, error) {
	return s.played(ctx, "STREAM FILE", file, stop, strconv.Itoa(samples))
}

// GetOption is StreamFile that then waits for one of the digits for so long; a
// negative time is for ever. No digit means that the time has passed, or that
// another key was pressed then.
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
	// Position is where in the file it stopped, -1 at its end. Asterisk takes
	// every file for one of 8,000 samples a second here.
	Position time.Duration
	Remote   bool // stopped by somebody else: AMI's ControlPlayback
}

// ControlStreamFile plays a sound file that the caller can wind, until its end
// or one of the digits in stop.
func (s *Session) ControlStreamFile(ctx context.Context, file, stop string, control *Control) (Controlled, error) {
	arguments := []string{file, stop}
	if control != nil {
		arguments = append(arguments, control.arguments()...)
	}
	r, err := s.run(ctx, noFile, "CONTROL STREAM FILE", arguments...)
	position := time.Duration(-1)
	if at := r.count("endpos"); at >= 0 {
		position = time.Duration(min(at, maxMilliseconds)) * time.Millisecond
	}
	return Controlled{r.digit(), position, r.remote()}, about(file, err)
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
