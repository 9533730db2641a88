package main

import (
	"encoding/binary"
	"math"
	"testing"
)

func TestMeter(t *testing.T) {
	var m meter
	if got := m.decibels(); !math.IsInf(got, -1) {
		t.Errorf("silence is %v dB", got)
	}
	m.add(tone(0.5))
	m.add(tone(0.0001))
	if got, want := m.decibels(), 20*math.Log10(0.5)-3; math.Abs(got-want) > 0.1 || m.spoken != frameTime {
		t.Errorf("half of full scale is %.1f dB, want %.1f; %v of speech", got, want, m.spoken)
	}
}

// tone is a frame of 400 Hz.
func tone(amplitude float64) []byte {
	frame := make([]byte, 320)
	for i := range 160 {
		sample := amplitude * math.MaxInt16 * math.Sin(2*math.Pi*400*float64(i)/8000)
		binary.NativeEndian.PutUint16(frame[2*i:], uint16(int16(sample)))
	}
	return frame
}
