package fastagi_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// statusHandlers are by path.
func statusHandlers() *fastagi.Mux {
	mux := fastagi.NewMux()
	mux.HandleFunc("/success", noop)
	mux.HandleFunc("/error", func(context.Context, *agi.Session) error { return errors.New("no tariff") })
	mux.HandleFunc("/error-behind-commands", func(ctx context.Context, s *agi.Session) error {
		return errors.Join(noop(ctx, s), errors.New("no tariff"))
	})
	mux.HandleFunc("/panic", func(context.Context, *agi.Session) error { panic("at the disco") })
	mux.HandleFunc("/cancelled/{command}", func(ctx context.Context, s *agi.Session) error {
		ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
		defer cancel()
		var err error
		if fastagi.PathValue(ctx, "command") == "exec" {
			_, err = s.Do(ctx, "EXEC", "Wait", "1") // it reads no command meanwhile
		} else {
			_, err = s.Do(ctx, "WAIT FOR DIGIT", "-1")
		}
		return err
	})
	mux.HandleFunc("/args/{path}", func(ctx context.Context, s *agi.Session) error {
		_, err := s.Do(ctx, "SET VARIABLE", "TOLD", fastagi.PathValue(ctx, "path")+"|"+s.Env.Query().Get("q")+"|"+s.Env.Arguments[0])
		return err
	})
	return mux
}

func TestLiveStatus(t *testing.T) {
	onAsterisk(t, func(t *testing.T, p *pbx) {
		url := open(t, &fastagi.Server{Handler: statusHandlers()})
		for path, want := range map[string]ending{
			"/success":                {status: "SUCCESS"},
			"/error":                  {status: "FAILURE"},
			"/error-behind-commands":  {status: "FAILURE"},
			"/panic":                  {status: "FAILURE"},
			"/cancelled/digit":        {status: "FAILURE"},
			"/cancelled/exec":         {status: "FAILURE"},
			"/nothing":                {status: "FAILURE", fastagi: "NOTFOUND"},
			"":                        {status: "FAILURE", fastagi: "NOTFOUND"},
			"/args/a%20b?q=1%2B1,c d": {status: "SUCCESS", told: "a b|1+1|c d"},
		} {
			got := p.call(t, url+path)
			want.number = got.number
			if got != want {
				t.Errorf("%s: %+v, want %+v", path, got, want)
			}
		}
	})
}

func TestLiveStatusWithoutAHandler(t *testing.T) {
	onAsterisk(t, func(t *testing.T, p *pbx) {
		if got := p.call(t, "agi://"+closedPort(t)); got.status != "FAILURE" {
			t.Errorf("nobody listens: %s, want FAILURE", got.status)
		}

		busy := make(chan struct{})
		full := &fastagi.Server{MaxSessions: 1, Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			<-busy
			return noop(ctx, s)
		})}
		active := make(chan struct{}, 1)
		full.ConnState = func(_ net.Conn, state fastagi.State) {
			if state == fastagi.StateActive {
				active <- struct{}{}
			}
		}
		url := open(t, full)
		first := p.originate(t, url)
		<-active
		if got := p.call(t, url); got.status != "FAILURE" {
			t.Errorf("refused at MaxSessions: %s, want FAILURE", got.status)
		}
		close(busy)
		if got := p.next(t); got.number != first || got.status != "SUCCESS" {
			t.Errorf("the call in front of it: %+v", got)
		}

		closing := &fastagi.Server{}
		closing.Handler = agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			if err := noop(ctx, s); err != nil {
				return err
			}
			return closing.Close()
		})
		if got := p.call(t, open(t, closing)); got.status != "FAILURE" {
			t.Errorf("cut by Close: %s, want FAILURE", got.status)
		}
	})
}
