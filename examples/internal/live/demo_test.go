package live_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestDemo(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t) // for its dialplan
		out := start(t, build(t, "demo"), login(s, "crm")).all()
		for _, want := range []string{
			`Newchannel .*Local/busy@outcome-`, `Hangup .*Local/hangup-21@outcome-.*`, `[1-9]\d* channels now`,
			`answer-short +answered`, `noanswer +no answer`, `busy +busy`, `congestion +congestion`, `hangup-21 +rejected`,
			`[1-9]\d* of them for this subscription, 0 missed`,
		} {
			if !regexp.MustCompile(want).MatchString(out) {
				t.Errorf("the output lacks %q:\n%s", want, out)
			}
		}
	})
}

// all reads stdout to the end, when the program has ended by itself.
func (p *program) all() string {
	var lines strings.Builder
	for p.stdout.Scan() {
		lines.WriteString(p.stdout.Text() + "\n")
	}
	return lines.String()
}
