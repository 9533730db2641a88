package live_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// Devices alone, kept by events, are what a list on another connection says.
func TestLiveDevices(t *testing.T) {
	onBoth(t, func(t *testing.T, server *lab.Server) {
		w := watchOver(t, server, &live.Config{Parts: []live.PartName{live.PartDevices}, Recheck: -1}, nil)
		changes := w.model.Subscribe(nil)
		defer changes.Close()
		ctx := t.Context()
		const name = "Custom:night"
		for _, state := range []asterisk.DeviceState{asterisk.DeviceInUse, asterisk.DeviceNotInUse, asterisk.DeviceBusy} {
			if _, err := w.other.Do(ctx, action.Setvar{Variable: "DEVICE_STATE(" + name + ")", Value: state.String()}); err != nil {
				t.Fatal(err)
			}
			for {
				change, err := changes.Next(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if c, ok := change.(live.Changed[live.Device]); ok && c.After.Name == name {
					if c.After.State != state || c.Synthetic {
						t.Errorf("%v, want %v", c, state)
					}
					break
				}
			}
		}
		listed := make(map[string]asterisk.DeviceState)
		items, err := ami.List(ctx, w.other, action.DeviceStateList{})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			listed[item.Device] = item.State
		}
		n := 0
		for d := range w.model.View().Devices() {
			if n++; listed[d.Name] != d.State {
				t.Errorf("%v, and the list says %v", d, listed[d.Name])
			}
		}
		if n != len(listed) || n == 0 {
			t.Errorf("%d devices, and the list has %d", n, len(listed))
		}
	})
}
