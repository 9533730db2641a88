package live_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// Calls with the same Uniqueid on two servers, whose AGI sessions one program serves: the path says which server it is. One
// server restarts, and its calls end; the other one's go on.
func TestLiveGroup(t *testing.T) {
	t.Parallel() // it has servers of its own
	if len(lab.Versions()) < 2 {
		t.Skip("it needs two servers")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	group := live.NewGroup()
	sides := make(map[string]watched)
	var restarts *lab.Server
	for _, v := range lab.Versions() {
		restarts = lab.Start(t, v, nil)
		user := restarts.User("all")
		client, err := ami.Connect(ctx, restarts.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret, RetryMax: 250 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		model, err := live.Watch(ctx, client, &live.Config{Server: "pbx" + v.String()})
		if err != nil {
			t.Fatal(err)
		}
		defer model.Close()
		if err := group.Add(model); err != nil {
			t.Fatal(err)
		}
		sides[model.Server()] = watched{t: t, model: model, other: client}
	}
	type served struct {
		server string
		call   *live.Call
		err    error
	}
	results := make(chan served, 2)
	mux := fastagi.NewMux()
	mux.HandleFunc("/ivr/{server}", func(ctx context.Context, s *agi.Session) error {
		r := served{server: fastagi.PathValue(ctx, "server")}
		r.call, r.err = group.Wait(ctx, r.server, s.Env.UniqueID)
		results <- r
		<-ctx.Done() // the hangup, or the end of the server
		return nil
	})
	url := serveAGI(t, nil, mux.ServeAGI)
	changes := group.Subscribe(nil)
	defer changes.Close()
	for name, w := range sides {
		w.enter(ctx, "early", "same-1", url+"/ivr/"+name)
	}
	for range 2 {
		r := <-results
		if r.err != nil || r.call.ID != "same-1" {
			t.Fatalf("Wait on %s = %v, %v", r.server, r.call, r.err)
		}
		if own, _ := sides[r.server].model.Call("same-1"); !slices.Equal(own.Channels, r.call.Channels) {
			t.Errorf("the call of %s has the channels %q, want %q", r.server, r.call.Channels, own.Channels)
		}
	}
	lost := sides["pbx"+restarts.Version().String()].model.Server()
	if err := restarts.Restart(); err != nil {
		t.Fatal(err)
	}
	var states []string
	var ended *live.Call
	for c := range changes.All(ctx) {
		switch change := c.Change.(type) {
		case live.Changed[live.Server]:
			states = append(states, c.Server+" "+change.After.State.String())
		case live.Changed[live.Call]:
			if !change.After.Live() && c.Server == lost {
				ended = change.After
			}
		}
		if len(states) > 2 && ended != nil {
			break
		}
	}
	if want := []string{lost + " away", lost + " syncing", lost + " current"}; !slices.Equal(states, want) || ended == nil || ended.ID != "same-1" {
		t.Errorf("the servers were %q and %v has ended, want %q", states, ended, want)
	}
	for name, w := range sides {
		if c, ok := w.model.Call("same-1"); !ok || c.Live() == (name == lost) {
			t.Errorf("the call on %s is %v", name, c)
		}
	}
}
