package main

import (
	"encoding/binary"
	"math"
	"time"
)

const (
	frameTime = 20 * time.Millisecond
	loud      = -40 // decibels below full scale, from which on a frame is speech
)

// meter measures frames of 16-bit samples: the level of those that hold speech.
type meter struct {
	spoken time.Duration
	power  float64 // sum of the mean squares of the frames with speech
}

func (m *meter) add(frame []byte) {
	power := 0.0
	for i := 0; i+1 < len(frame); i += 2 {
		sample := float64(int16(binary.NativeEndian.Uint16(frame[i:]))) / math.MaxInt16
		power += sample * sample
	}
	power /= float64(max(len(frame)/2, 1))
	if decibels(power) < loud {
		return
	}
	m.spoken += frameTime
	m.power += power
}

// decibels is the level of all speech, 0 being the loudest there is, and
// minus infinity silence.
func (m *meter) decibels() float64 {
	if m.spoken == 0 {
		return math.Inf(-1)
	}
	return decibels(m.power / float64(m.spoken/frameTime))
}

func decibels(power float64) float64 { return 10 * math.Log10(power) }
