package main

import (
	"bytes"
	"encoding/binary"
	"errors"
)

const telephoneRate = 8000 // samples a second, of which Asterisk's wav files are made

var errWAV = errors.New("speak: what the engine said is no WAV file of 16 bits and one channel")

// telephone makes a WAV file of one channel and 16 bits into one with the rate of a telephone.
func telephone(wav []byte) ([]byte, error) {
	rate, samples, err := parseWAV(wav)
	if err != nil {
		return nil, err
	}
	return formatWAV(resample(samples, rate)), nil
}

// parseWAV tolerates sizes that are too large: an engine that writes to a pipe does not know them beforehand.
func parseWAV(wav []byte) (rate int, samples []int16, err error) {
	if len(wav) < 12 || string(wav[:4]) != "RIFF" || string(wav[8:12]) != "WAVE" {
		return 0, nil, errWAV
	}
	for rest := wav[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:8]))
		chunk := rest[8:min(len(rest), 8+size)]
		switch {
		case name == "data" && rate > 0:
			samples = make([]int16, len(chunk)/2)
			for i := range samples {
				samples[i] = int16(binary.LittleEndian.Uint16(chunk[2*i:]))
			}
			return rate, samples, nil
		case name == "fmt ":
			const pcm, channels, bits = 1, 1, 16
			if len(chunk) < 16 || chunk[0] != pcm || chunk[2] != channels || chunk[14] != bits {
				return 0, nil, errWAV
			}
			rate = int(binary.LittleEndian.Uint32(chunk[4:8]))
		}
		rest = rest[8+len(chunk):]
	}
	return 0, nil, errWAV
}

// resample averages the samples that fall into each of the new ones, which is filter enough for speech.
func resample(samples []int16, rate int) []int16 {
	out := make([]int16, len(samples)*telephoneRate/rate)
	for i := range out {
		from := i * rate / telephoneRate
		to := min(max((i+1)*rate/telephoneRate, from+1), len(samples))
		sum := 0
		for _, sample := range samples[from:to] {
			sum += int(sample)
		}
		out[i] = int16(sum / (to - from))
	}
	return out
}

func formatWAV(samples []int16) []byte {
	const header, bytesEach = 36, 2
	size := uint32(bytesEach * len(samples))
	var out bytes.Buffer
	out.WriteString("RIFF")
	write := func(values ...any) {
		for _, value := range values {
			_ = binary.Write(&out, binary.LittleEndian, value) // a buffer takes everything
		}
	}
	write(header+size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(telephoneRate),
		uint32(bytesEach*telephoneRate), uint16(bytesEach), uint16(8*bytesEach), []byte("data"), size, samples)
	return out.Bytes()
}
