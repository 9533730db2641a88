package session_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/session"
)

var (
	errClosed  = errors.New("test: closed")
	errRefused = errors.New("refused")
	errInUse   = errors.New("in use")
	errLost    = errors.New("test: lost")
	errAway    = errors.New("away")
)

// life is a login of a test.
type life struct {
	address string
	done    chan struct{}

	mu     sync.Mutex // guards all below
	err    error
	closed int
}

func (l *life) Done() <-chan struct{} { return l.done }

func (l *life) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// end is the end of the life for a cause; only the first counts.
func (l *life) end(cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = cause
		close(l.done)
	}
}

func (l *life) Close() error {
	l.end(errClosed)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed++
	return nil
}

// dialer makes lives, and fails as it is told to.
type dialer struct {
	mu    sync.Mutex // guards all below
	fails []error    // of the next attempts; nil for one that succeeds
	tried []string   // addresses
	at    []time.Time
	lives []*life
}

func (d *dialer) dial(_ context.Context, address string) (*life, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tried, d.at = append(d.tried, address), append(d.at, time.Now())
	if len(d.fails) > 0 {
		err := d.fails[0]
		d.fails = d.fails[1:]
		if err != nil {
			return nil, err
		}
	}
	l := &life{address: address, done: make(chan struct{})}
	d.lives = append(d.lives, l)
	return l, nil
}

func (d *dialer) addresses() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.tried, " ")
}

// last is the latest life.
func (d *dialer) last() *life {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lives[len(d.lives)-1]
}

func policy() session.Policy {
	return session.Policy{Package: "test", Logger: slog.New(slog.DiscardHandler), RetryMin: time.Second, RetryMax: 8 * time.Second, StableAfter: time.Minute,
		Closed: errClosed, Refused: errRefused, InUse: errInUse}
}

// running runs a keeper until the test ends, and returns what stops it earlier.
func running(t *testing.T, k *session.Reconnector[*life]) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	// Ends with ctx, or when the keeper gives up; the test waits for it.
	group.Go(func() { k.Run(ctx) })
	stop = func() {
		cancel()
		group.Wait()
	}
	t.Cleanup(stop)
	return stop
}

// A life that ends is followed by another, on the address that worked, and
// everybody can learn why there is none meanwhile.
func TestKeeperComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialer{fails: []error{errAway}}
		k := session.NewReconnector(policy(), []string{"a", "b"}, d.dial)
		if _, ok := k.Live(); ok || k.Why() == nil || k.Final() != nil {
			t.Errorf("before Run: Why = %v, Final = %v", k.Why(), k.Final())
		}
		if _, ok := k.Last(); ok {
			t.Error("there is a last life before the first")
		}
		stop := running(t, k)
		first, err := k.Wait(t.Context(), nil)
		if err != nil || first.address != "b" {
			t.Fatalf("Wait = %v, %v, want a life of b", first, err)
		}
		if now, ok := k.Live(); !ok || now != first {
			t.Error("Live is not what Wait returned")
		}
		first.end(errLost)
		synctest.Wait()
		if _, ok := k.Live(); ok || !errors.Is(k.Why(), errLost) {
			t.Errorf("after the loss: Why = %v, want %v", k.Why(), errLost)
		}
		if last, ok := k.Last(); !ok || last != first {
			t.Error("Last is not the life that was lost")
		}
		second, err := k.Wait(t.Context(), nil)
		if err != nil || second == first || second.address != "b" || first.closed != 1 {
			t.Fatalf("Wait = %v, %v, closed %d times", second, err, first.closed)
		}
		stop()
		if !errors.Is(k.Final(), errClosed) || second.closed != 1 {
			t.Errorf("after the end: Final = %v, closed %d times", k.Final(), second.closed)
		}
		if _, err := k.Wait(t.Context(), nil); !errors.Is(err, errClosed) {
			t.Errorf("Wait after the end = %v", err)
		}
		if got := d.addresses(); got != "a b b" {
			t.Errorf("dialled %s, want a b b", got)
		}
	})
}

// Which failures are the end, and which are tried again.
func TestKeeperGivesUp(t *testing.T) {
	type settings struct{ retryRefused, keepTrying bool }
	for name, test := range map[string]struct {
		settings settings
		fails    []error
		final    error // nil: it succeeds in the end
		tried    string
	}{
		"all are away at first":         {settings{}, []error{errAway, errAway}, errAway, "a b"},
		"the second is there":           {settings{}, []error{errAway, nil}, nil, "a b"},
		"patience":                      {settings{keepTrying: true}, []error{errAway, errAway, errAway, nil}, nil, "a b a b"},
		"refused":                       {settings{keepTrying: true}, []error{errRefused}, errRefused, "a"},
		"refused, and tried again":      {settings{retryRefused: true}, []error{errRefused, errRefused, nil}, nil, "a b a"},
		"in use at first":               {settings{}, []error{errInUse, errInUse}, errInUse, "a b"},
		"in use, with patience":         {settings{keepTrying: true}, []error{errInUse, errInUse, nil}, nil, "a b a"},
		"in use, and refused is no end": {settings{retryRefused: true}, []error{errInUse, errInUse, nil}, nil, "a b a"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &dialer{fails: slices.Clone(test.fails)}
				p := policy()
				p.RetryRefused, p.KeepTrying = test.settings.retryRefused, test.settings.keepTrying
				k := session.NewReconnector(p, []string{"a", "b"}, d.dial)
				running(t, k)
				_, err := k.Wait(t.Context(), nil)
				if !errors.Is(err, test.final) || !errors.Is(k.Final(), test.final) || (test.final == nil) != (k.Final() == nil) {
					t.Errorf("Wait = %v, Final = %v, want %v", err, k.Final(), test.final)
				}
				if got := d.addresses(); got != test.tried {
					t.Errorf("dialled %s, want %s", got, test.tried)
				}
			})
		})
	}
}

// Once there was a life, only a refusal is the end.
func TestKeeperAfterTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialer{fails: []error{nil, errAway, errAway, errAway, errRefused}}
		k := session.NewReconnector(policy(), []string{"a"}, d.dial)
		running(t, k)
		l, err := k.Wait(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		l.end(errLost)
		if _, err = k.Wait(t.Context(), nil); !errors.Is(err, errRefused) {
			t.Errorf("Wait = %v, want %v", err, errRefused)
		}
	})
}

// The pause grows while lives are short, and is the shortest again after one
// that was stable.
func TestKeeperPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialer{}
		k := session.NewReconnector(policy(), []string{"a"}, d.dial)
		running(t, k)
		pause := func(age time.Duration) time.Duration {
			l, err := k.Wait(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			<-time.After(age)
			lost := time.Now()
			l.end(errLost)
			synctest.Wait()
			if _, err := k.Wait(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			return time.Since(lost)
		}
		for i, most := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second} {
			if got := pause(time.Second); got < most/2 || got > most {
				t.Errorf("pause %d is %v, want %v to %v", i, got, most/2, most)
			}
		}
		if got := pause(time.Minute); got > time.Second {
			t.Errorf("the pause after a stable life is %v, want a second at most", got)
		}
	})
}

// Wait ends with its context, with the reason why there is no life, and with
// the channel that it is given.
func TestKeeperWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialer{fails: slices.Repeat([]error{errAway}, 100)}
		p := policy()
		p.KeepTrying = true
		k := session.NewReconnector(p, []string{"a"}, d.dial)
		running(t, k)
		boss := errors.New("the boss said stop")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Second, boss)
		defer cancel()
		_, err := k.Wait(ctx, nil)
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, boss) || !errors.Is(err, errAway) || !strings.HasPrefix(err.Error(), "test: ") {
			t.Errorf("Wait = %v, want its cause and why there is no life", err)
		}
		stop := make(chan struct{})
		close(stop)
		if _, err := k.Wait(t.Context(), stop); !errors.Is(err, errClosed) {
			t.Errorf("Wait = %v, want %v", err, errClosed)
		}
	})
}

// A life that is made while the keeper is stopped is closed.
func TestKeeperStoppedWhileItDials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialer{}
		dialling, goOn := make(chan struct{}), make(chan struct{})
		k := session.NewReconnector(policy(), []string{"a"}, func(ctx context.Context, address string) (*life, error) {
			close(dialling)
			<-goOn
			return d.dial(ctx, address)
		})
		stop := running(t, k)
		<-dialling
		go func() {
			synctest.Wait()
			close(goOn)
		}()
		stop()
		if !errors.Is(k.Final(), errClosed) || d.last().closed != 1 {
			t.Errorf("Final = %v, closed %d times", k.Final(), d.last().closed)
		}
		k.Stop(errLost)
		if !errors.Is(k.Final(), errClosed) {
			t.Errorf("a second Stop made Final %v", k.Final())
		}
	})
}
