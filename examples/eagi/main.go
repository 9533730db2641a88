// Eagi records what a caller says and measures how loud it is: a script that Asterisk starts, and that hears the caller.
//
// Build it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./eagi:
//
//	CGO_ENABLED=0 go build -o /usr/share/asterisk/agi-bin/eagi ./eagi
//
// In extensions.conf, where the level in decibels is in a variable afterwards:
//
//	exten => 701,1,Answer()
//	 same => n,EAGI(eagi,/var/spool/asterisk/recording/${UNIQUEID}.sln,10)
//	 same => n,NoOp(${SPEECH_LEVEL} dB, ${SPEECH_SECONDS} s of it speech)
//
// The recording ends with a digit, the hangup, or after so many seconds.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

func main() { agi.Main(agi.HandlerFunc(serve)) }

func serve(ctx context.Context, s *agi.Session) error {
	if len(s.Env.Arguments) != 2 {
		return errors.New("the arguments are the file to record to and how long, as in EAGI(eagi,/tmp/x.sln,10)")
	}
	longest, err := time.ParseDuration(s.Env.Arguments[1] + "s")
	if err != nil {
		return err
	}
	audio, err := agi.OpenAudio(ctx, s)
	if err != nil {
		return err
	}
	defer audio.Close()
	file, err := os.Create(s.Env.Arguments[0])
	if err != nil {
		return err
	}
	defer file.Close()

	if _, err := s.StreamFile(ctx, "beep", ""); err != nil {
		return err
	}
	heard, err := whileItRecords(ctx, audio, file, func() error {
		_, err := s.WaitForDigit(ctx, longest)
		return err
	})
	return errors.Join(err, s.SetVariables(ctx, // after a hangup too
		agi.Variable{Name: "SPEECH_LEVEL", Value: fmt.Sprintf("%.1f", heard.decibels())},
		agi.Variable{Name: "SPEECH_SECONDS", Value: fmt.Sprintf("%.2f", heard.spoken.Seconds())}))
}

// whileItRecords records until command is done, which talks to Asterisk
// meanwhile.
func whileItRecords(ctx context.Context, audio *agi.Audio, file io.Writer, command func() error) (meter, error) {
	listening, stop := context.WithCancel(ctx)
	defer stop()
	var heard meter
	recorded := make(chan error, 1)
	// Ends with the context; what is below waits for it.
	go func() { recorded <- record(listening, audio, file, &heard) }()
	err := command()
	stop()
	return heard, errors.Join(err, <-recorded)
}

func record(ctx context.Context, audio *agi.Audio, file io.Writer, heard *meter) error {
	for frame, err := range audio.Frames(ctx) {
		if err != nil {
			return err
		}
		if _, err := file.Write(frame); err != nil {
			return err
		}
		heard.add(frame)
	}
	return nil
}
