package ajam_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// listing has three channels, and shows its peers to who wants to cut them.
func listing(peers chan<- *amitest.Peer) amitest.Script {
	item := []string{"Event", "CoreShowChannel", "Channel", "A"}
	return func(p *amitest.Peer) {
		p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
			p.List(a, "CoreShowChannelsComplete", item, item, item)
		})
		p.Login()
		peers <- p
		p.Serve()
	}
}

// inEach runs do in a loop over the list, where only one action may be in
// flight and a minute is all the time there is.
func inEach(t *testing.T, do func(t *testing.T, ctx context.Context, c *ajam.Client, peers <-chan *amitest.Peer)) {
	synctest.Test(t, func(t *testing.T) {
		peers := make(chan *amitest.Peer, 10)
		c := connectTo(t, serve(t, listing(peers)), func(c *ajam.Config) { c.MaxInFlight = 1 })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		n := 0
		for _, err := range ami.Each(ctx, c, action.CoreShowChannels{}) {
			if err != nil {
				t.Fatalf("Each = %v", err)
			}
			do(t, ctx, c, peers)
			n++
		}
		if n != 3 {
			t.Errorf("Each gave %d items, want 3", n)
		}
	})
}

func TestActionsInsideEach(t *testing.T) {
	inEach(t, func(t *testing.T, ctx context.Context, c *ajam.Client, _ <-chan *amitest.Peer) {
		if _, err := c.Do(ctx, action.Ping{}); err != nil {
			t.Errorf("Do in the loop = %v", err)
		}
	})
}

func TestSessionLostInsideEach(t *testing.T) {
	inEach(t, func(t *testing.T, ctx context.Context, c *ajam.Client, peers <-chan *amitest.Peer) {
		sub := c.Subscribe(ofNothing, nil)
		defer sub.Close()
		(<-peers).Cut()
		if got := names(t, sub, 2); got != "Gap Connected" {
			t.Errorf("the stream has %s", got)
		}
		if err := c.Ready(ctx); err != nil {
			t.Errorf("Ready in the loop = %v", err)
		}
	})
}

// The user leaves the loop before the answer has come.
func TestLeaveEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text, more := io.Pipe()
		c := connectBy(t, answering(t, "CoreShowChannels", func(req *http.Request) (*http.Response, error) {
			context.AfterFunc(req.Context(), func() { _ = more.CloseWithError(context.Canceled) })
			response := textResponse("")
			response.Body = text
			id := actionID(req)
			// Ends when the event is read.
			go func() {
				_, _ = io.WriteString(more, "Response: Success\r\nActionID: "+id+"\r\nEventList: start\r\n\r\nEvent: CoreShowChannel\r\nActionID: "+id+"\r\nChannel: A\r\n\r\n")
			}()
			return response, nil
		}), func(c *ajam.Config) { c.MaxInFlight = 1 })
		for ch, err := range ami.Each(t.Context(), c, action.CoreShowChannels{}) {
			if err != nil || ch.Channel != "A" {
				t.Errorf("Each = %v, %v", ch, err)
			}
			break
		}
		mustDo(t, c, "Ping")
		if n := c.Stats().Late; n != 1 {
			t.Errorf("%d answers abandoned, want 1", n)
		}
	})
}

// A login does not wait for an action that its transport is stuck with.
func TestLoginNeedsNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := make(chan *amitest.Peer, 10)
		srv := serve(t, listing(peers))
		release := make(chan struct{})
		defer close(release)
		c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if asks(req, "Stuck") {
				<-release
				return nil, errors.New("the wire was stuck")
			}
			return srv.HTTPClient().Transport.RoundTrip(req)
		})}, func(c *ajam.Config) { c.MaxInFlight = 1 })
		// Ends with release.
		go func() { _, _ = c.Do(context.Background(), action.New("Stuck")) }()
		synctest.Wait()
		sub := c.Subscribe(ofNothing, nil)
		(<-peers).Cut()
		if got := names(t, sub, 2); got != "Gap Connected" {
			t.Errorf("the stream has %s", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := c.Ready(ctx); err != nil {
			t.Errorf("Ready = %v", err)
		}
	})
}
