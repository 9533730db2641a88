package agi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"
)

// Audio is what the caller says, as it comes in, for a script that the dialplan
// started with EAGI(). Asterisk drops audio that is not read in time, and sends
// none while RECORD FILE runs. One goroutine may read while others run commands;
// Close may be called from any.
type Audio struct {
	// Format is its name at Asterisk: "slin" is 16 bits a sample, in the byte
	// order of the machine.
	Format string
	Rate   int // samples a second
	// FrameSize is the bytes of 20 ms.
	FrameSize int

	file *os.File
}

const (
	audioFD        = 3
	audioVariable  = "EAGI_AUDIO_FORMAT"
	audioByDefault = "slin"
)

var (
	errNotEnhanced = errors.New("the dialplan has to start the script with EAGI(), not AGI()")
	errNotScript   = errors.New("only a script that Asterisk starts on its own machine gets audio")
	errNoPipe      = errors.New("file descriptor 3 is not open")
)

// audioFormats are those of constant rate that Asterisk's pipe can carry: the
// samples a second, and the bytes of 20 ms.
var audioFormats = map[string][2]int{
	"slin": {8_000, 320}, "slin12": {12_000, 480}, "slin16": {16_000, 640}, "slin24": {24_000, 960}, "slin32": {32_000, 1_280},
	"slin44": {44_100, 1_764}, "slin48": {48_000, 1_920}, "slin96": {96_000, 3_840}, "slin192": {192_000, 7_680},
	"ulaw": {8_000, 160}, "alaw": {8_000, 160}, "g722": {16_000, 160}, "gsm": {8_000, 33},
}

// OpenAudio opens the caller's audio in a script that the dialplan has started
// with EAGI(). It reads the format by [Session.GetVariable] from the channel
// variable EAGI_AUDIO_FORMAT, which the dialplan may set before: "slin16" for
// 16,000 samples a second; without it, the format is slin, 8,000. Call it once,
// and close what it returns. It is an error if the session did not come by
// EAGI(), and if the format is none of constant rate.
func OpenAudio(ctx context.Context, s *Session) (*Audio, error) {
	a, err := openAudio(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("agi: open the audio: %w", err)
	}
	return a, nil
}

func openAudio(ctx context.Context, s *Session) (*Audio, error) {
	switch {
	case s.Env.Network || s.Env.Request == "async":
		return nil, errNotScript
	case !s.Env.Enhanced:
		return nil, errNotEnhanced
	}
	format, _, err := s.GetVariable(ctx, audioVariable)
	if err != nil {
		return nil, err
	}
	if format == "" {
		format = audioByDefault
	}
	shape, ok := audioFormats[format]
	if !ok {
		return nil, fmt.Errorf("%s is %q, of which the frames are not known", audioVariable, format)
	}
	file, err := openPipe(audioFD)
	if err != nil {
		return nil, errNoPipe
	}
	return &Audio{Format: format, Rate: shape[0], FrameSize: shape[1], file: file}, nil
}

// openPipe lets the runtime wait for the pipe, so that Close ends a Read.
func openPipe(fd int) (*os.File, error) {
	if err := setNonblock(fd); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "eagi"), nil
}

// Read reads what has come, or waits for it. The end of the session on
// Asterisk's side is io.EOF.
func (a *Audio) Read(p []byte) (int, error) { return a.file.Read(p) }

// Close ends the audio, also for a Read that waits.
func (a *Audio) Close() error { return a.file.Close() }

// Frames yields the audio in pieces of 20 ms, each valid until the next. It ends
// without an error when the audio ends, as at the hangup, when Close is called,
// and when ctx ends, which is how to stop listening; the audio can be read again
// after that. Any other error is the last thing that it yields, with a nil frame.
// Asterisk sends nothing, and Frames waits, while the caller's side sends nothing.
func (a *Audio) Frames(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		stopped := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			_ = a.file.SetReadDeadline(time.Unix(1, 0))
			close(stopped)
		})
		defer func() {
			if !stop() {
				<-stopped // its deadline must not outlive this
			}
			_ = a.file.SetReadDeadline(time.Time{})
		}()
		frame := make([]byte, a.FrameSize)
		for ctx.Err() == nil {
			_, err := io.ReadFull(a.file, frame)
			switch {
			case ctx.Err() != nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, os.ErrClosed):
				return
			case err != nil:
				yield(nil, fmt.Errorf("agi: read the audio: %w", err))
				return
			case !yield(frame, nil):
				return
			}
		}
	}
}
