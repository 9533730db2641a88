package live

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/action"
)

// Record begins to record what a channel hears and says, in a file: its format is that of the file's ending, and without a
// path it is in the folder monitor of Asterisk's spool. The options are those of the application MixMonitor; "b" records
// only while the channel is in a bridge. Errors are those of [Model.Hangup]. The user needs write=system.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/MixMonitor/
func (m *Model) Record(ctx context.Context, uniqueID, file, options string) error {
	return m.command(ctx, action.MixMonitor{Channel: uniqueID, File: file, Options: options}, uniqueID)
}

// StopRecording ends a recording of a channel. Errors are those of [Model.Hangup]. The user needs write=call or system.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/StopMixMonitor/
func (m *Model) StopRecording(ctx context.Context, uniqueID string) error {
	return m.command(ctx, action.StopMixMonitor{Channel: uniqueID}, uniqueID)
}

// PauseRecording has a recording of a channel hold silence from now on, as while a card's number is said, or sound
// again. Errors are those of [Model.Hangup]. The user needs write=call or system.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/MixMonitorMute/
func (m *Model) PauseRecording(ctx context.Context, uniqueID string, paused bool) error {
	return m.command(ctx, action.MixMonitorMute{Channel: uniqueID, Direction: action.MixMonitorMuteDirectionBoth, State: paused}, uniqueID)
}

// Mute stops the sound that comes from a channel (in), goes to it (out), or both, or lets it pass again. Nothing tells
// afterwards that a channel is muted. Errors are those of [Model.Hangup]. The user needs write=system, and res_mutestream.so has
// to be loaded.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/MuteAudio/
func (m *Model) Mute(ctx context.Context, uniqueID string, direction action.MuteAudioDirection, muted bool) error {
	return m.command(ctx, action.MuteAudio{Channel: uniqueID, Direction: direction, State: muted}, uniqueID)
}
