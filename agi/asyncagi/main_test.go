package asyncagi_test

import (
	"context"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

// deadline is a context that ends with the test, or after d; a minute at least, for it only ends what hangs, and a machine may
// be busy.
func deadline(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), max(d, time.Minute))
	t.Cleanup(cancel)
	return ctx
}
