package agi

import (
	"context"
	"os"
	"testing"
)

// A loop over frames that cancels its own context leaves the audio usable.
func TestFramesAfterACancel(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	defer read.Close()
	audio := &Audio{FrameSize: 4, file: read}
	for range 500 {
		if _, err := write.WriteString("abcd"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		frames := 0
		for _, err := range audio.Frames(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			frames++
			cancel()
		}
		cancel()
		if frames != 1 {
			t.Fatalf("%d frames, want 1", frames)
		}
	}
}
