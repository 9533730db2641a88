package fastagi_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// likeness is a handler, and what agitest answers it, so that its status can be
// compared with that of a real server.
type likeness struct {
	serve  agi.HandlerFunc
	answer func(*agitest.Call)
}

func likenesses() map[string]likeness {
	failed := errors.New("no tariff")
	do := func(result error, command string, arguments ...string) agi.HandlerFunc {
		return func(ctx context.Context, s *agi.Session) error {
			_, _ = s.Do(ctx, command, arguments...)
			return result
		}
	}
	fail := func(command, result string) func(*agitest.Call) {
		return func(c *agitest.Call) { c.Expect(command).Result(result) }
	}
	hangup := func(c *agitest.Call) {
		command := c.Expect("HANGUP")
		command.Success()
		c.Hangup()
	}
	return map[string]likeness{
		"/success":         {do(nil, "NOOP"), nil},
		"/error":           {do(failed, "NOOP"), nil},
		"/hangup":          {do(nil, "HANGUP"), hangup},
		"/hangup-error":    {do(failed, "HANGUP"), hangup},
		"/hangup-unbilled": {do(errors.Join(failed, agi.ErrHangup), "HANGUP"), hangup},
		"/hangup-told":     {do(agi.ErrHangup, "HANGUP"), hangup},
		"/stream":          {do(nil, "STREAM FILE", "nothing", ""), fail("STREAM FILE", "-1 endpos=0")},
		"/control":         {do(nil, "CONTROL STREAM FILE", "nothing", ""), fail("CONTROL STREAM FILE", "-1 endpos=0")},
		"/option":          {do(nil, "GET OPTION", "nothing", "1"), fail("GET OPTION", "-1")},
		"/record":          {do(nil, "RECORD FILE", "/nowhere/at/all", "gsm", "#", "10"), fail("RECORD FILE", "-1 (writefile)")},
		"/gosub":           {do(nil, "GOSUB", "nowhere", "s", "1"), fail("GOSUB", "-1 Gosub label not found")},
		"/data":            {do(nil, "GET DATA", "nothing"), fail("GET DATA", "-1")},
		"/channel":         {do(nil, "CHANNEL STATUS", "nobody"), fail("CHANNEL STATUS", "-1")},
		"/other":           {do(nil, "HANGUP", "nobody"), fail("HANGUP", "-1")},
		"/exec":            {do(nil, "EXEC", "Nonsense"), fail("EXEC", "-2")},
		"/unknown":         {do(nil, "NO SUCH"), func(c *agitest.Call) { c.Expect("NO SUCH").Invalid() }},
		"/usage":           {do(nil, "SAY DIGITS", "*1", ""), func(c *agitest.Call) { c.Expect("SAY DIGITS").Usage() }},
	}
}

// agitest tells the status that Asterisk tells.
func TestLiveStatusOfAgitest(t *testing.T) {
	mux := fastagi.NewMux()
	faked := make(map[string]string)
	for path, l := range likenesses() {
		mux.Handle(path, l.serve)
		call := agitest.Start(t, l.serve, &agitest.Config{Automatic: true})
		if l.answer != nil {
			l.answer(call)
		}
		_ = call.Wait()
		faked[path] = call.Status()
	}
	onAsterisk(t, func(t *testing.T, p *pbx) {
		url := open(t, &fastagi.Server{Handler: mux})
		for path, status := range faked {
			if got := p.call(t, url+path); got.status != status {
				t.Errorf("%s: AGISTATUS = %s, Status() = %s", path, got.status, status)
			}
		}
	})
}

// SUCCESS proves nothing: a server that dies in the middle of a call gives it.
// The variable that the handler would have set last is the gate.
func TestLiveServerThatDies(t *testing.T) {
	onAsterisk(t, func(t *testing.T, p *pbx) {
		listener := tcp(t)
		defer listener.Close()
		var dying sync.WaitGroup
		// Ends with the call; the test waits for it.
		dying.Go(func() {
			conn, err := listener.Accept()
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := agi.NewStream(conn, conn).ReadEnv(); err != nil {
				t.Error(err)
			}
			_ = conn.Close()
		})
		got := p.call(t, "agi://"+listener.Addr().String())
		_ = listener.Close() // if nobody has come
		dying.Wait()
		if got.status != "SUCCESS" || got.told != "" {
			t.Errorf("%+v", got)
		}
	})
}
