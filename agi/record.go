package agi

import (
	"context"
	"strconv"
	"time"
)

// Recording is how [Session.RecordFile] records. The zero value and nil record
// until the hangup.
type Recording struct {
	Stop    string        // digits that end it
	Limit   time.Duration // that it may last; 0 means none
	Silence time.Duration // that ends it, in whole seconds; 0 means none
	Beep    bool          // at its beginning
	// Offset is where in an existing file it goes on, in samples; 0 begins the
	// file anew.
	Offset int
}

// RecordEnd is why a recording has ended, as the reply says.
type RecordEnd string

// Ends of [Session.RecordFile].
const (
	RecordDigit  RecordEnd = "dtmf"    // the caller pressed one of Recording.Stop
	RecordTime   RecordEnd = "timeout" // Recording.Limit or Recording.Silence was reached
	RecordHangup RecordEnd = "hangup"  // the channel hung up
)

// Recorded is how a recording has ended.
type Recorded struct {
	End   RecordEnd
	Digit string // that ended it, "" if none did
	// Samples is how long the file is now, as [Played.Samples] counts them.
	Samples int
	// Begun is false if the digit was pressed during the beep: then there is no
	// file, or the old one.
	Begun bool
}

// RecordFile records what the caller says to a file, whose extension is the
// format, such as "wav" ([RECORD FILE]). Nil for recording records up to the
// hangup. A hangup during the recording is no error but one of the ends: the
// file is complete up to there. If the file can't be written, the error is an
// [*Error].
//
// [RECORD FILE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/record_file/
func (s *Session) RecordFile(ctx context.Context, file, format string, recording *Recording) (Recorded, error) {
	if recording == nil {
		recording = new(Recording)
	}
	r, err := s.do(ctx, "", recordFile, append([]string{file, format}, recording.arguments()...)...)
	if err != nil {
		return Recorded{}, about(file+"."+format, err)
	}
	recorded, err := s.recorded(ctx, r)
	return recorded, about(file+"."+format, err)
}

const recordFile = "RECORD FILE"

// recorded tells what the reply means.
func (s *Session) recorded(ctx context.Context, r Reply) (Recorded, error) {
	recorded := Recorded{RecordEnd(r.Data), r.digit(), r.count("endpos"), true}
	switch r.Data {
	case "dtmf", "timeout":
		return recorded, nil
	case "hangup":
		s.told.Store(true)
		return recorded, nil
	case "waitfor":
		return recorded, s.failed(ctx, recordFile, r, "the channel could not be read")
	case "writefile":
		return Recorded{}, s.failed(ctx, recordFile, r, "the file could not be written: check the folder, its rights and the format")
	case "randomerror": // ended in the beep
		if recorded.Digit != "" {
			recorded.End, recorded.Begun = RecordDigit, false
			return recorded, nil
		}
		return Recorded{}, s.failed(ctx, recordFile, r, "the beep could not be played: check that the file beep exists")
	}
	return recorded, s.failed(ctx, recordFile, r, "")
}

func (r *Recording) arguments() []string {
	limit := int64(-1)
	if r.Limit > 0 {
		limit = milliseconds(r.Limit)
	}
	arguments := []string{r.Stop, strconv.FormatInt(limit, 10), strconv.Itoa(r.Offset)}
	if r.Beep {
		arguments = append(arguments, "BEEP")
	}
	if r.Silence > 0 {
		arguments = append(arguments, "s="+strconv.FormatInt(seconds(r.Silence), 10))
	}
	return arguments
}
