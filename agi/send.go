package agi

import "context"

// SendText sends a text to the caller. Channels that can't carry one take it
// without an error.
func (s *Session) SendText(ctx context.Context, text string) error {
	_, err := s.run(ctx, "the channel did not take the text", "SEND TEXT", text)
	return err
}

// SendImage sends an image file, whose name has no extension. Asterisk reports
// no error but a hangup.
func (s *Session) SendImage(ctx context.Context, image string) error {
	_, err := s.run(ctx, "the channel did not take the image", "SEND IMAGE", image)
	return about(image, err)
}

// StartMusic plays music on hold, of a class of musiconhold.conf, "" for the
// channel's own, while other commands run, until [Session.StopMusic]. Asterisk
// does not report that there is no such class.
func (s *Session) StartMusic(ctx context.Context, class string) error {
	arguments := [...]string{"on", class}
	count := len(arguments)
	if class == "" {
		count--
	}
	_, err := s.run(ctx, "", "SET MUSIC", arguments[:count]...)
	return err
}

// StopMusic ends the music of [Session.StartMusic].
func (s *Session) StopMusic(ctx context.Context) error {
	_, err := s.run(ctx, "", "SET MUSIC", "off")
	return err
}

// TDD is a mode of a channel for teletypewriters of the deaf.
type TDD string

// Modes of [Session.SetTDDMode].
const (
	TDDOn   TDD = "on"
	TDDOff  TDD = "off"
	TDDMate TDD = "mate" // both text and speech
)

// SetTDDMode sets how a channel talks to a teletypewriter. Only DAHDI channels
// can; for others it is an [*Error].
func (s *Session) SetTDDMode(ctx context.Context, mode TDD) error {
	return s.runTrue(ctx, "the channel has no TDD", "TDD MODE", string(mode))
}
