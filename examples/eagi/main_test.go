package main

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

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

// A voice that plays for a while is recorded and measured.
func TestLiveRecords(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		build(ctx, t, filepath.Join(s.Dir(), "agi-bin", "eagi"))
		user := s.User("all")
		conn, err := ami.Dial(ctx, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		sub := conn.Subscribe(event.Of[event.VarSet](), nil)
		defer sub.Close()
		recording := filepath.Join(strings.TrimPrefix(s.Dir(), s.Root()), "spool", "recording", "test.sln")
		_, err = conn.Do(ctx, action.Originate{Channel: "Local/playback@app", Application: "EAGI", Data: "eagi," + recording + ",2", Async: true})
		if err != nil {
			t.Fatal(err)
		}
		level, spoken := measured(ctx, t, sub)
		if level < -40 || level > 0 || spoken < 1 {
			t.Errorf("%.1f dB, %.2f s of speech", level, spoken)
		}
		info, err := os.Stat(filepath.Join(s.Root(), recording))
		if err != nil || float64(info.Size()) < spoken*16_000*0.9 {
			t.Errorf("recording of %v, %v", info, err)
		}
	})
}

func build(ctx context.Context, t *testing.T, file string) {
	t.Helper()
	cmd := exec.CommandContext(ctx, "go", "build", "-o", file, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
}

// measured waits for what the script says.
func measured(ctx context.Context, t *testing.T, sub *event.Subscription) (level, spoken float64) {
	t.Helper()
	for e := range sub.All(ctx) {
		v, ok := e.(event.VarSet)
		if !ok {
			continue
		}
		switch v.Variable {
		case "SPEECH_LEVEL":
			level = float(t, v.Value)
		case "SPEECH_SECONDS":
			return level, float(t, v.Value)
		}
	}
	t.Fatal("the script said nothing")
	return 0, 0
}

func float(t *testing.T, text string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Error(err)
	}
	return f
}
