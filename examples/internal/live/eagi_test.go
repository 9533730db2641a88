package live_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// A voice that plays for a while is recorded and measured.
func TestEAGIRecords(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		install(t, s, build(t, "eagi"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		user := s.User("all")
		conn, err := ami.Dial(ctx, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		sub := conn.Subscribe(event.Of[event.VarSet](), nil)
		defer sub.Close()
		sound := filepath.Join(strings.TrimPrefix(s.Dir(), s.Root()), "spool", "recording", "test.sln")
		_, err = conn.Do(ctx, action.Originate{Channel: "Local/playback@app", Application: "EAGI", Data: "eagi," + sound + ",2", Async: true})
		if err != nil {
			t.Fatal(err)
		}
		level := set(ctx, t, sub, "SPEECH_LEVEL")
		spoken := set(ctx, t, sub, "SPEECH_SECONDS")
		if level < -40 || level > 0 || spoken < 1 {
			t.Errorf("%.1f dB, %.2f s of speech", level, spoken)
		}
		info, err := os.Stat(filepath.Join(s.Root(), sound))
		if err != nil || float64(info.Size()) < spoken*16_000*0.9 {
			t.Errorf("recording of %v, %v", info, err)
		}
	})
}

// set waits until a channel variable is set, to a number.
func set(ctx context.Context, t *testing.T, sub *event.Subscription, variable string) float64 {
	t.Helper()
	e, err := event.Await(ctx, sub, func(e event.VarSet) bool { return e.Variable == variable })
	if err != nil {
		t.Fatalf("waited for %s: %v", variable, err)
	}
	number, err := strconv.ParseFloat(e.Value, 64)
	if err != nil {
		t.Error(err)
	}
	return number
}
