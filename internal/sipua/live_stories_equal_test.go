package sipua_test

import (
	"context"
	"sync"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
)

// equalStories are only compared with pbxtest.
var equalStories = []liveStory{
	{name: "no such device", real: true, play: func(s *act) { s.ann.dials("620").fails() }},
	{name: "AsyncAGI", real: true, play: func(s *act) {
		s.serveAsync(func(ctx context.Context, session *agi.Session) error {
			if err := session.Answer(ctx); err != nil {
				return err
			}
			return session.SetVariable(ctx, "CHOICE", "sales")
		})
		s.gone(s.ann.dials("618").up())
	}},
}

// serveAsync has AsyncAGI of the dialplan run a handler.
func (s *act) serveAsync(handler agi.HandlerFunc) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.ctx)
	listens := make(chan struct{})
	server := &asyncagi.Server{Handler: handler, Listening: func(ami.Session) { close(listens) }}
	var tasks sync.WaitGroup
	tasks.Go(func() { _ = server.Serve(ctx, s.client) }) // ends with ctx, when the test has ended
	s.t.Cleanup(func() {
		cancel()
		tasks.Wait()
	})
	select {
	case <-listens:
	case <-ctx.Done():
		s.t.Fatal(ctx.Err())
	}
}
