package live_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// The same over HTTP: the events of a poll have their order, and none is missing, but they come late.
func TestLiveStormOverAJAM(t *testing.T) {
	stormy(t, max(1, sized(5)/10), func(t *testing.T, server server) (watched, func(watched, int)) {
		user := server.User("all")
		client, err := ajam.Connect(t.Context(), "http://"+server.(*lab.Server).HTTP(), &ajam.Config{Config: ami.Config{Username: user.Name, Secret: user.Secret}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		w := watchBy(t, server, client, nil)
		m := mirrorOf(w.model)
		return w, func(w watched, _ int) { m.compare(t, w.model) }
	}, func(s *storm) { s.run(30) })
}
