package pbxtest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// TestCentreModel has a model follow call centres of many seeds: every three minutes it has what the list of channels has.
func TestCentreModel(t *testing.T) {
	seeds, checks := uint64(1), 10
	if lab.Full() {
		seeds, checks = 100, 40
	}
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) {
			c := newCentre(t, seed)
			_, client := connect(t, c.PBX)
			model, err := live.Watch(t.Context(), client, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range model.Parts() {
				if (part.Name == live.PartExtensions || part.Name == live.PartQueues || part.Name == live.PartCalls) && !part.Complete {
					t.Errorf("%v, want it complete", part)
				}
			}
			for range checks {
				time.Sleep(3 * time.Minute)
				synctest.Wait()
				channels, err := ami.List(t.Context(), client, action.CoreShowChannels{})
				if err != nil {
					t.Fatal(err)
				}
				compare(t, seed, model, channels)
			}
			if err := model.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func compare(t *testing.T, seed uint64, model *live.Model, channels []event.CoreShowChannel) {
	t.Helper()
	left := make(map[string]event.CoreShowChannel)
	for _, c := range channels {
		left[c.UniqueID] = c
	}
	for c := range model.View().Channels() {
		listed, ok := left[c.UniqueID]
		if delete(left, c.UniqueID); !ok || listed.Channel != c.Name || listed.BridgeID != c.BridgeID || listed.LinkedID != c.LinkedID {
			t.Errorf("seed %d: the model has %+v, the list %+v", seed, c, listed)
		}
	}
	for _, c := range left {
		t.Errorf("seed %d: the model lacks %+v", seed, c)
	}
}
