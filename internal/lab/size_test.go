package lab_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestRounds(t *testing.T) {
	for name, test := range map[string]struct {
		full, soak string
		takes      time.Duration // of a round
		want       int
	}{
		"few":                 {"", "", time.Second, 3},
		"full size":           {"1", "", time.Second, 7},
		"soak":                {"", "20s", time.Second, 20},
		"soak of long rounds": {"", "20s", time.Minute, 3},
		"no duration":         {"", "long", time.Second, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("ASTERISK_FULL", test.full)
			t.Setenv("ASTERISK_SOAK", test.soak)
			synctest.Test(t, func(t *testing.T) {
				rounds := 0
				for n := range lab.Rounds(3, 7) {
					if n != rounds {
						t.Errorf("round %d is numbered %d", rounds, n)
					}
					rounds++
					<-time.After(test.takes)
				}
				if rounds != test.want {
					t.Errorf("%d rounds, want %d", rounds, test.want)
				}
			})
		})
	}
}
