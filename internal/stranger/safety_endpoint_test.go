package stranger_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
)

// TestSafetyEndpoint tries the lines for pjsip.conf of docs/safety.md, each without and with it.
func TestSafetyEndpoint(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(advice(t, "pjsip.conf, in every endpoint")), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines, want 4", len(lines))
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			without := advised(t, v, advice(t, "extensions.conf"), "")
			with := advised(t, v, advice(t, "extensions.conf"), strings.Join(lines, "\n")+"\n")
			for name, try := range map[string]func(*testing.T, *recorder) []string{
				"trust_id_inbound":       asserted,
				"trust_connected_line":   connected,
				"allow_transfer":         referred,
				"redirect_method":        redirected,
				"dial ignores a forward": notForwarded,
				"dial keeps connected":   notConnected,
			} {
				t.Run(name, func(t *testing.T) {
					if got := try(t, without); len(got) == 0 {
						t.Error("without the line: nothing has come")
					}
					if got := try(t, with); len(got) > 0 {
						t.Errorf("with the line: %q", got)
					}
				})
			}
			t.Run("trust_connected_line alone", func(t *testing.T) {
				r := advised(t, v, advice(t, "extensions.conf"), lines[1]+"\n")
				if got := connected(t, r); len(got) > 0 {
					t.Errorf("with the line: %q", got)
				}
				if got := asserted(t, r); len(got) == 0 {
					t.Error("it keeps P-Asserted-Identity of a caller out, other than docs/safety.md says")
				}
			})
			t.Run("dial", func(t *testing.T) {
				if got, want := notForwarded(t, without), []string{"DialEnd Forward"}; !slices.Equal(got, want) {
					t.Errorf("the option i leaves %q, want %q", got, want)
				}
				got := notConnected(t, without)
				if !slices.Contains(got, "DialEnd DestCallerIDNum") || slices.Contains(got, "Hangup ConnectedLineNum") {
					t.Errorf("the option I leaves %q, want the number of the one who is called, and no connected line", got)
				}
			})
		})
	}
}

// forgedIn makes a call and returns where the forged line has been heard.
func forgedIn(t *testing.T, r *recorder, call func(ctx context.Context)) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r.barrier(t)
	r.heard.Reset()
	call(ctx)
	before, after := r.heardForged(t)
	return slices.Concat(before, after)
}

func asserted(t *testing.T, r *recorder) []string {
	return forgedIn(t, r, func(ctx context.Context) {
		if _, err := r.agent(t, "trusted").Dial(ctx, stranger.Asserted.Invite("1", forged)); over(err) != nil {
			t.Fatal(err)
		}
		<-r.env
		r.finished(t, "trusted")
	})
}

func connected(t *testing.T, r *recorder) []string { return answered(t, r, "8", stranger.Callee) }

func notConnected(t *testing.T, r *recorder) []string { return answered(t, r, "7", stranger.Callee) }

// answered is a call of phone 200 to the trusted trunk, which answers.
func answered(t *testing.T, r *recorder, digit string, part stranger.Part) []string {
	return forgedIn(t, r, func(ctx context.Context) {
		callee := r.agent(t, "trusted")
		callee.Answer(part.Answer("1", forged))
		call, err := r.agent(t, "200").Dial(ctx, stranger.Invite{Exten: digit}.Reaching("trusted", callee))
		if err != nil {
			t.Fatal(err)
		}
		r.hear(t, "Event: BridgeEnter\r\n(?s:.*)Event: BridgeEnter\r\n")
		if err := call.Bye(ctx); err != nil {
			t.Fatal(err)
		}
		r.finished(t, "200")
	})
}

func redirected(t *testing.T, r *recorder) []string { return forwarded(t, r, "8") }

func notForwarded(t *testing.T, r *recorder) []string { return forwarded(t, r, "7") }

// forwarded is a call of phone 200 to the trunk, which sends it to AGI.
func forwarded(t *testing.T, r *recorder, digit string) []string {
	return forgedIn(t, r, func(ctx context.Context) {
		callee := r.agent(t, "trunk")
		callee.Answer(stranger.Redirect.Answer("1", forged))
		_, err := r.agent(t, "200").Dial(ctx, stranger.Invite{Exten: digit}.Reaching("trunk", callee))
		if refused := (*stranger.Refused)(nil); !errors.As(err, &refused) {
			t.Fatal(err)
		}
		for len(r.env) > 0 {
			<-r.env
		}
		r.finished(t, "200")
	})
}

// referred is a call of phone 200, which sends the one it has called to AGI.
func referred(t *testing.T, r *recorder) []string {
	return forgedIn(t, r, func(ctx context.Context) {
		callee := r.agent(t, "trunk")
		callee.Answer(stranger.ReferTo.Answer("", ""))
		call, err := r.agent(t, "200").Dial(ctx, stranger.Invite{Exten: "8"}.Reaching("trunk", callee))
		if err != nil {
			t.Fatal(err)
		}
		r.hear(t, "Event: BridgeEnter\r\n(?s:.*)Event: BridgeEnter\r\n")
		err = call.Refer(ctx, "sip:"+stranger.Escape("1"+forged)+"@"+r.server.SIP())
		if refused := (*stranger.Refused)(nil); errors.As(err, &refused) {
			_ = call.Bye(ctx)
		} else if err != nil {
			t.Fatal(err)
		} else {
			<-r.env
		}
		r.finished(t, "200")
	})
}
