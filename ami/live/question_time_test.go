package live_test

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// A network that takes long holds questions up for as long as it takes, and not for a hundred times that: Asterisk has no work meanwhile.
func TestQuestionsOverASlowNetwork(t *testing.T) {
	const calls = 10
	f := &fake{}
	for i := range calls {
		f.channels = append(f.channels, strconv.Itoa(100+i))
	}
	watching(t, f, &live.Config{Recheck: -1}, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		f.peer.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) {
			<-time.After(time.Second)
			number := a.Get("Channel")[len("PJSIP/"):][:3]
			value := map[string]string{"CHANNEL(uniqueid)": "1." + number, "CHANNEL(linkedid)": "1.100", "CHANNEL(state)": "Up"}[a.Get("Variable")]
			p.Success(a, "Variable", a.Get("Variable"), "Value", value)
		})
		began := time.Now()
		for _, number := range f.channels[1:] { // a merge, which has to be confirmed
			fields := append([]string{"Event", "Newstate", "Privilege", "call,all"}, snapshot(number, "6")...)
			fields[len(fields)-1] = "1.100"
			srv.Emit(fields...)
		}
		synctest.Wait()
		changes := m.Subscribe(nil)
		defer changes.Close()
		merged := func() bool {
			n := 0
			for c := range m.View().Channels() {
				if c.CallID == "1.100" && !c.Doubtful {
					n++
				}
			}
			return n == calls
		}
		for !merged() {
			if _, err := changes.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took > 3*calls*time.Second {
			t.Errorf("%d questions of three seconds each took %v", calls-1, took)
		}
	})
}
