package fastagi_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// crowd is how many calls there are at once.
func crowd() int {
	if lab.Full() {
		return 1000
	}
	return 100
}

// exchange is a session of five commands, which tells back what it has told.
func exchange(ctx context.Context, s *agi.Session, between func() error) error {
	mine := fastagi.PathValue(ctx, "call") + "/" + s.Env.UniqueID
	if _, err := s.Do(ctx, "SET VARIABLE", "MINE", mine); err != nil {
		return err
	}
	if err := between(); err != nil {
		return err
	}
	if _, err := s.Do(ctx, "NOOP", mine); err != nil {
		return err
	}
	back, err := s.Do(ctx, "GET VARIABLE", "MINE")
	if err != nil {
		return err
	}
	number, err := s.Do(ctx, "GET VARIABLE", "CASE")
	if err != nil {
		return err
	}
	if back.Data != mine {
		return fmt.Errorf("MINE = %q, want %q", back.Data, mine)
	}
	_, err = s.Do(ctx, "SET VARIABLE", "TOLD", number.Data)
	return err
}

func TestLiveConcurrentCalls(t *testing.T) {
	onAsterisk(t, func(t *testing.T, p *pbx) {
		n := crowd()
		var here sync.WaitGroup
		here.Add(n)
		mux := fastagi.NewMux()
		mux.HandleFunc("/load/{call}", func(ctx context.Context, s *agi.Session) error {
			return exchange(ctx, s, func() error {
				here.Done()
				here.Wait() // until all calls are here
				return nil
			})
		})
		url := open(t, &fastagi.Server{Handler: mux})
		began := time.Now()
		waiting := make(map[string]bool)
		for i := range n {
			waiting[p.originate(t, fmt.Sprintf("%s/load/%d", url, i))] = true
		}
		for range n {
			got := p.next(t)
			if got.status != "SUCCESS" || got.told != got.number || !waiting[got.number] {
				t.Errorf("%+v, want SUCCESS and its own number, once", got)
			}
			delete(waiting, got.number)
		}
		t.Logf("Asterisk %s: %d calls at once, of 5 commands each, took %v", p.Asterisk(), n, time.Since(began).Round(time.Millisecond))
	})
}

func TestLiveShutdownDuringLoad(t *testing.T) {
	onAsterisk(t, func(t *testing.T, p *pbx) {
		n := crowd()
		var started, finished atomic.Int64
		half := make(chan struct{})
		server := &fastagi.Server{}
		mux := fastagi.NewMux()
		mux.HandleFunc("/load/{call}", func(ctx context.Context, s *agi.Session) error {
			if started.Add(1) == int64(n/2) {
				close(half)
			}
			defer finished.Add(1)
			return exchange(ctx, s, func() error {
				_, err := s.Do(ctx, "WAIT FOR DIGIT", "300")
				return err
			})
		})
		server.Handler = mux
		url := open(t, server)
		stopped := make(chan error, 1)
		// Ends when the server has drained.
		go func() {
			<-half
			err := server.Shutdown(context.Background())
			if s, f := started.Load(), finished.Load(); s != f {
				err = fmt.Errorf("%d calls of %d had finished", f, s)
			}
			stopped <- err
		}()
		for i := range n {
			p.originate(t, fmt.Sprintf("%s/load/%d", url, i))
		}
		endings := make(map[string]int)
		for range n {
			got := p.next(t)
			if got.told != "" && got.told != got.number {
				t.Errorf("%+v is mixed up", got)
			}
			endings[fmt.Sprintf("%s told=%t", got.status, got.told != "")]++
		}
		if err := <-stopped; err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		t.Logf("Asterisk %s: Shutdown during %d calls: %d were served, endings %v", p.Asterisk(), n, started.Load(), endings)
		served, reset := endings["SUCCESS told=true"], endings["SUCCESS told=false"]
		if int64(served) != started.Load() || served+reset+endings["FAILURE told=false"] != n {
			t.Errorf("%d calls were served, and they ended as %v", started.Load(), endings)
		}
		if reset > n/50 { // in the instant of the close, which has no length but on a busy machine
			t.Errorf("%d calls were reset", reset)
		}
	})
}
