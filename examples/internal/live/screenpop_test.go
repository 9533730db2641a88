package live_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// screenpop is the environment and the flags of a screen-pop on a server.
func screenpop(s *lab.Server, user string) (env, flags []string) {
	return append(login(s, user), "PBX="+s.AMI()), []string{"-listen", "127.0.0.1:0", "-context", "out", "-dial", "1XX"}
}

// A PBX of one's own: a sign-in for each phone, and what the login can't do, with what to change.
func TestScreenpop(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		env, flags := screenpop(s, "crm")
		p := start(t, build(t, "screenpop"), env, flags...)
		said := p.until(`"supervisor" `)
		for _, want := range []string{
			"Will not work: pausing in queues: add agent to write= of [crm] in manager.conf\n",
			"Will not work: recording: add system to write= of [crm] in manager.conf\n",
			"\n\"102\" ",
		} {
			if !strings.Contains(said, want) {
				t.Errorf("lacks %q", want)
			}
		}
		for _, not := range []string{"calling numbers:", "transfers:", "UserEvent", "CLI"} {
			if strings.Contains(said, not) {
				t.Errorf("has %q", not)
			}
		}
		if t.Failed() {
			t.Log(said)
		}
		page, err := http.Get(regexp.MustCompile(`http://\S+`).FindString(said))
		if err != nil {
			t.Fatal(err)
		}
		defer page.Body.Close()
		if text, err := io.ReadAll(page.Body); err != nil || !strings.Contains(string(text), "<title>Screen-pop</title>") {
			t.Errorf("the page is %s, %v", text, err)
		}
	})
}

// A login that can't hear of calls shows none, and is told so.
func TestScreenpopWithoutCalls(t *testing.T) {
	t.Parallel()
	env, flags := screenpop(lab.Shared(t, lab.V22), "nocall")
	said := start(t, build(t, "screenpop"), env, flags...).until(`"supervisor" `)
	for _, want := range []string{"Not all is shown: calls: events do not come: the user needs read=call", "Not all is shown: queues: events do not come: the user needs read=agent"} {
		if !strings.Contains(said, want) {
			t.Errorf("lacks %q:\n%s", want, said)
		}
	}
}

// A login that may do all has nothing to be told.
func TestScreenpopOfAll(t *testing.T) {
	t.Parallel()
	env, flags := screenpop(lab.Shared(t, lab.V22), "all")
	if said := start(t, build(t, "screenpop"), env, flags...).until(`"supervisor" `); strings.Contains(said, "Will not work") || strings.Contains(said, "Not all") {
		t.Error(said)
	}
}

// What keeps it from beginning is said, once, and the program ends.
func TestScreenpopFails(t *testing.T) {
	t.Parallel()
	s := lab.Shared(t, lab.V22)
	for name, tt := range map[string]struct{ env, flags, want string }{
		"secret":  {"ASTERISK_SECRET=wrong", "", "Authentication failed (check"},
		"refused": {"PBX=127.0.0.1:1", "", "connection refused (is that where Asterisk's AMI is? It needs enabled=yes"},
		"no TLS":  {"X=", "-tls", "(is this the port of tlsbindaddr"},
		"listen":  {"X=", "-listen=" + s.AMI(), "the page's address, -listen:"},
		"outside": {"X=", "-listen=0.0.0.0:0", "it needs a certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			env, flags := screenpop(s, "all")
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, build(t, "screenpop"), append(flags, strings.Fields(tt.flags)...)...)
			cmd.Env = append(append(os.Environ(), env...), tt.env)
			out, err := cmd.CombinedOutput()
			if err == nil || cmd.ProcessState.ExitCode() != 1 || strings.Count(string(out), tt.want) != 1 || strings.Count(string(out), "\n") != 1 {
				t.Errorf("%v:\n%s\nwant one line with %q", err, out, tt.want)
			}
		})
	}
}

// until reads stdout up to the line that begins with a text.
func (p *program) until(text string) string {
	p.t.Helper()
	var lines strings.Builder
	for p.stdout.Scan() {
		lines.WriteString(p.stdout.Text() + "\n")
		if strings.HasPrefix(p.stdout.Text(), text) {
			return lines.String()
		}
	}
	p.t.Fatalf("the program has ended without a line that begins with %q:\n%s", text, lines.String())
	return ""
}
