package agi

import "context"

// SendText sends a text to the caller ([SEND TEXT]). Channels that can't carry
// text take it without an error.
//
// [SEND TEXT]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/send_text/
func (s *Session) SendText(ctx context.Context, text string) error {
	_, err := s.run(ctx, "the channel did not take the text", "SEND TEXT", text)
	return err
}

// SendImage sends an image file, whose name has no extension ([SEND IMAGE]).
// Asterisk reports no error but a hangup.
//
// [SEND IMAGE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/send_image/
func (s *Session) SendImage(ctx context.Context, image string) error {
	_, err := s.run(ctx, "the channel did not take the image", "SEND IMAGE", image)
	return about(image, err)
}

// StartMusic plays music on hold while other commands run, until
// [Session.StopMusic] ([SET MUSIC]). The class is one of musiconhold.conf, ""
// means the channel's own. Asterisk does not report that there is no such
// class.
//
// [SET MUSIC]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_music/
func (s *Session) StartMusic(ctx context.Context, class string) error {
	arguments := [...]string{"on", class}
	count := len(arguments)
	if class == "" {
		count--
	}
	_, err := s.run(ctx, "", "SET MUSIC", arguments[:count]...)
	return err
}

// StopMusic ends the music of [Session.StartMusic] ([SET MUSIC]).
//
// [SET MUSIC]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_music/
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

// SetTDDMode sets how the channel talks to a teletypewriter ([TDD MODE]). Only
// DAHDI channels can; for others the error is an [*Error].
//
// [TDD MODE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/tdd_mode/
func (s *Session) SetTDDMode(ctx context.Context, mode TDD) error {
	return s.runTrue(ctx, "the channel has no TDD", "TDD MODE", string(mode))
}
