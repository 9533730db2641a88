package asyncagi_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// One handler serves FastAGI and AsyncAGI, and sees the same.
func TestLiveSameHandler(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		x.extend("sub", "Return", "")
		transcripts := make(chan []string, 2)
		var handler agi.HandlerFunc = func(ctx context.Context, s *agi.Session) error {
			var seen []string
			for _, command := range [][]string{
				{"ANSWER"}, {"SET VARIABLE", "V", "a, \"b\" \\ größe"}, {"GET VARIABLE", "V"}, {"GET VARIABLE", "UNSET"},
				{"DATABASE PUT", "transports", "k", ""}, {"DATABASE GET", "transports", "k"}, {"EXEC", "Set", "W=1"}, {"CHANNEL STATUS"},
				{"SAY DIGITS", "1", ""}, {"NONSENSE"}, {"SET VARIABLE"}, {"RECORD FILE"}, {"GOSUB", "asyncagi", "sub", "1"}, {"SEND TEXT", "x"},
				{"CONTROL STREAM FILE"}, {"WAIT FOR DIGIT", "1"}, {"NOOP"},
			} {
				r, err := s.Do(ctx, command[0], command[1:]...)
				var refused *agi.Error
				if err != nil && !errors.As(err, &refused) {
					return err
				}
				seen = append(seen, command[0]+": "+r.String())
			}
			transcripts <- seen
			return nil
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		fast := &fastagi.Server{Handler: handler}
		served := make(chan error, 1)
		// Ends at Close.
		go func() { served <- fast.Serve(listener) }()
		defer func() {
			_ = fast.Close()
			<-served
		}()
		x.do(action.Originate{Channel: "Local/fast@agi", Application: "Wait", Data: "60", Async: true,
			Variables: []asterisk.Variable{{Name: "__FASTAGI", Value: "agi://" + listener.Addr().String() + "/x"}}})
		byFast := wait(x, "the FastAGI call", transcripts)

		c := newCall()
		x.handle([]string{c.number}, handler)
		x.place(c)
		byAsync := wait(x, "the AsyncAGI call", transcripts)
		for i := range byFast {
			if byAsync[i] != byFast[i] {
				t.Errorf("FastAGI:  %q\nAsyncAGI: %q", byFast[i], byAsync[i])
			}
		}
		x.expectEnd(c, "SUCCESS SUCCESS")
	})
}
