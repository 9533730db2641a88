package live_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

func TestScript(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		install(t, s, build(t, "script"))
		for _, sound := range []string{"activated", "de-activated"} {
			call := visit.Enter(t, s, visit.Call{Target: "script", CallerID: "100"})
			call.Await(t, `STREAM FILE "do-not-disturb"`)
			call.Await(t, `STREAM FILE "`+sound+`"`)
			if end := call.End(t); end.Status != "SUCCESS" {
				t.Errorf("AGISTATUS = %s", end.Status)
			}
		}
	})
}
