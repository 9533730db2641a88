package conformance

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
)

// command: the lines come as they are printed, those of a failure too.
func (p *place) command(t *testing.T) {
	s, by := p.open(t, "all"), p.conn(t, "off")
	ctx := deadline(t, 20*time.Second)
	for _, command := range []string{"core show channeltypes", "dialplan show outcome", "database show lab", "core show help core"} {
		got, err := ami.Command(ctx, s, command)
		want, wantErr := ami.Command(ctx, by, command)
		if (err == nil) != (wantErr == nil) || !slices.Equal(got, want) {
			t.Errorf("Command(%s) = %q, %v, over a Conn %q, %v", command, got, err, want, wantErr)
		}
	}
	lines, err := ami.Command(ctx, s, "frobnicate the server")
	var refusal *ami.Error
	if !errors.As(err, &refusal) || !strings.Contains(strings.Join(lines, "\n"), "No such command") {
		t.Errorf("Command(frobnicate) = %q, %v; want an *ami.Error and what was printed", lines, err)
	}
}
