package live_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// A caller presses 1 and is called back, after the agent has answered; a busy agent is said to be so.
func TestCallback(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t) // for its dialplan
		for agent, want := range map[string]string{"answer": "answered", "busy": "busy"} {
			t.Run(agent, func(t *testing.T) {
				p := start(t, build(t, "callback"), login(s, "all"), "-listen", "127.0.0.1:0", "-agent", "Local/"+agent+"@outcome", "-context", "echo")
				call := visit.Enter(t, s, visit.Call{Target: "agi://" + p.address() + "/callback", CallerID: "12025550143"})
				call.Press(t, `GET DATA "vm-tocallback"`, "1")
				call.Await(t, `SET VARIABLE "CALLBACK" "yes"`)
				if end := call.End(t); end.Status != "SUCCESS" {
					t.Errorf("AGISTATUS = %s", end.Status)
				}
				if got := p.logs(`called back.*number=12025550143 agent="?([a-z ]+)`); got != want {
					t.Errorf("the agent's call was %s, want %s", got, want)
				}
			})
		}
	})
}
