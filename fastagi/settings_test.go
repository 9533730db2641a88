package fastagi_test

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// An EnvTimeout of zero or less is the default, MaxSessions of zero or less any number.
func TestNegativeSettings(t *testing.T) {
	for _, server := range []*fastagi.Server{{}, {EnvTimeout: -1, HangupGrace: -1, MaxSessions: -1, MaxWait: -1}} {
		synctest.Test(t, func(t *testing.T) {
			server.Handler = agi.HandlerFunc(noop)
			m := serve(t, server)
			var calls []*agitest.Call
			for range 20 {
				calls = append(calls, agitest.New(t, m.dial(t), nil))
			}
			for _, call := range calls {
				defer call.Expect("NOOP").Success()
			}
			conn, began := m.dial(t), time.Now()
			_, _ = io.ReadAll(conn)
			if took := time.Since(began); took != fastagi.DefaultEnvTimeout {
				t.Errorf("a silent connection ended after %v, want %v", took, fastagi.DefaultEnvTimeout)
			}
		})
	}
}
