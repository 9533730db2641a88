package compare_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/compare"
	"github.com/asterisk-go/asterisk-go/transport"
)

type pair struct {
	Shown  any
	hidden any
}

// TestAsStrictAsDeepEqual has values that a comparison by go-cmp forgives or refuses unless it is told otherwise.
func TestAsStrictAsDeepEqual(t *testing.T) {
	lf, crlf := transport.ParseFields("Event: Hangup\n"), transport.ParseFields("Event: Hangup\r\n")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	elsewhere := at.In(time.FixedZone("elsewhere", 3600))
	values := []any{
		nil, 0, 1, "", int64(1), math.NaN(), []string(nil), []string{}, []string{"a"}, map[string]int{}, map[string]int{"a": 1},
		lf, crlf, transport.Fields{}, at, elsewhere, time.Time{}, fmt.Errorf("a"), fmt.Errorf("b"),
		event.Decode(lf), event.Decode(crlf), event.Hangup{}, event.Hangup{Cause: 16}, event.Unknown{},
		event.NewBase(lf, at), event.NewBase(lf, elsewhere), event.NewBase(lf, time.Time{}), event.NewBase(crlf, at),
		pair{1, nil}, pair{nil, 1}, pair{1, 1}, &pair{1, 1}, pair{hidden: lf}, pair{hidden: crlf}, pair{hidden: []pair{{hidden: at}}},
		pair{hidden: []pair{{hidden: elsewhere}}}, struct{ pair }{pair{hidden: 1}}, struct{ pair }{pair{hidden: 2}},
	}
	for i, want := range values {
		for j, got := range values {
			if diff := compare.Diff(want, got); (diff == "") != reflect.DeepEqual(want, got) {
				t.Errorf("%d, %d: DeepEqual(%#v, %#v) = %t, but the diff is %q", i, j, want, got, diff != "", diff)
			}
		}
	}
}

func TestDiffTellsWhichIsWhich(t *testing.T) {
	lines := strings.FieldsFunc(compare.Diff(pair{1, "wanted"}, pair{1, "gotten"}), func(r rune) bool { return r == '\n' })
	var want, got bool
	for _, line := range lines {
		want = want || strings.HasPrefix(line, "-") && strings.Contains(line, "wanted")
		got = got || strings.HasPrefix(line, "+") && strings.Contains(line, "gotten")
	}
	if !want || !got {
		t.Errorf("Diff = %q, want a line of - and a line of +", lines)
	}
}
