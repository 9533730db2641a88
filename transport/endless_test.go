package transport_test

import (
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

// A source that gives nothing and no error is a broken one: no call spins on it.
func TestNoProgress(t *testing.T) {
	for _, text := range []string{"", "A: 1\r\n", "A: 1\r\n\r\nB", strings.Repeat("x", 200)} {
		for name, read := range map[string]func(*transport.Reader) error{
			"Next": func(r *transport.Reader) error { _, err := r.Next(); return err },
			"Line": func(r *transport.Reader) error { _, err := r.Line(); return err },
		} {
			r := transport.NewReader(io.MultiReader(strings.NewReader(text), idle{}), &transport.Limits{Line: 100})
			err := read(r)
			for range 3 {
				if err == nil || errors.As(err, new(*transport.LimitError)) {
					err = read(r)
				}
			}
			if !errors.Is(err, io.ErrNoProgress) {
				t.Errorf("%s behind %.20q = %v, want %v", name, text, err, io.ErrNoProgress)
			}
		}
	}
}

// idle reads nothing, for ever.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

// Nothing now and then is allowed, however often.
func TestSomeProgress(t *testing.T) {
	r := transport.NewReader(&hesitant{r: strings.NewReader(strings.Repeat("A: 1\r\n\r\n", 100))}, nil)
	for range 100 {
		if _, err := r.Next(); err != nil {
			t.Fatalf("Next() = %v", err)
		}
	}
}

// hesitant gives a byte in every third read.
type hesitant struct {
	r     io.Reader
	reads int
}

func (h *hesitant) Read(b []byte) (int, error) {
	if h.reads++; h.reads%3 != 0 {
		return 0, nil
	}
	return h.r.Read(b[:1])
}

// While a block without an end passes, the reader asks for no more than its
// limit, and makes at most twice that in all.
func TestEndlessBlockIsNotHeld(t *testing.T) {
	const limit = 4 << 20
	for name, text := range map[string]string{"of lines": "Key: value\r\n", "of one line": "xxxxxxxxxxxx"} {
		src := &flood{endless: endless{text: strings.Repeat(text, 1000)}, left: 16 * limit}
		r := transport.NewReader(src, &transport.Limits{Line: limit, Block: limit})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := r.Next(); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: Next() = %v, want %v", name, err, io.ErrUnexpectedEOF)
		}
		runtime.ReadMemStats(&after)
		if made := after.TotalAlloc - before.TotalAlloc; made > 2*limit+1<<20 {
			t.Errorf("%s: %d bytes were allocated for a limit of %d", name, made, limit)
		}
		if src.most > limit+64<<10 {
			t.Errorf("%s: room for %d bytes at once with a limit of %d", name, src.most, limit)
		}
	}
}

// flood ends after so many bytes, and notes what room it was given at most
// beside what it had filled.
type flood struct {
	endless
	left, given, most int
}

func (f *flood) Read(b []byte) (int, error) {
	if f.left <= 0 {
		return 0, io.EOF
	}
	if f.given < 4<<20 {
		f.most = max(f.most, f.given+len(b))
	}
	n, err := f.endless.Read(b)
	f.given, f.left = f.given+n, f.left-n
	return n, err
}

// The largest limits there are do not overflow.
func TestHugeLimits(t *testing.T) {
	long := strings.Repeat("A: 1\r\n", 50_000)
	r := transport.NewReader(strings.NewReader(long+"\r\n"), &transport.Limits{Line: math.MaxInt, Block: math.MaxInt})
	if b, err := r.Next(); err != nil || b.Text() != long {
		t.Errorf("Next() = %d bytes, %v", len(b.Text()), err)
	}
}
