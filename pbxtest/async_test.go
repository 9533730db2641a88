package pbxtest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

func TestAsyncAGI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, client := open(t, &pbxtest.Config{
			Phones:   []pbxtest.Phone{{ID: "100", Name: "Ann", Context: "office"}},
			Dialplan: "[office]\nexten => 7,1,AGI(agi:async,first)\n same => n,Hangup()\n",
		})
		handled := make(chan string, 1)
		server := &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			name, _, err := s.Variable(ctx, "CHANNEL(name)")
			handled <- fmt.Sprintf("%s on %s, %v", s.Env.CallerIDName, name, err)
			return err
		})}
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error, 1)
		// Ends with ctx.
		go func() { served <- server.Serve(ctx, client) }()
		synctest.Wait()
		take(t, pbx, "100").call("7")
		if got := <-handled; got != "Ann on PJSIP/100-00000000, <nil>" {
			t.Error(got)
		}
		time.Sleep(time.Second)
		stop()
		if err := <-served; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
