package pbxtest_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// TestFaults has a model right again after each fault.
func TestFaults(t *testing.T) {
	faults := map[string]func(*fixture){
		"lost Hangup": func(f *fixture) {
			f.Lose("Hangup", 1)
			f.hangUp()
		},
		"cut": func(f *fixture) {
			f.Cut()
			f.hangUp()
		},
		"cut in a line": func(f *fixture) {
			f.CutAfter(100)
			f.hangUp()
		},
		"stall": func(f *fixture) {
			f.Stall()
			f.hangUp()
			time.Sleep(10 * time.Second)
			f.Resume()
		},
		"restart": func(f *fixture) {
			if err := f.Restart(); err != nil {
				f.t.Error(err)
			}
		},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				f.call("101")
				fault(f)
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				for c := range f.model.View().Channels() {
					t.Errorf("%v is left", c)
				}
			})
		})
	}
}

// A session that is cut tells of a Gap.
func TestCutIsAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		gaps := f.client.Subscribe(event.Of[event.Gap](), nil)
		f.Cut()
		if _, err := gaps.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// A listener that stalls does not hold up another.
func TestStallIsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.Stall()
		_, second := connect(t, f.PBX)
		hangups := second.Subscribe(event.Of[event.Hangup](), nil)
		f.call("101")
		f.hangUp()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := hangups.Next(ctx); err != nil {
			t.Fatal(err)
		}
	})
}
