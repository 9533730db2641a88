package live_test

import (
	"context"
	"fmt"
	"log"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// Who talks to whom now, and every call that begins or ends from now on.
func Example() {
	ctx := context.Background()
	client, err := ami.Connect(ctx, "pbx.example.com:5038", &ami.Config{Username: "wallboard", Secret: "secret"})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	model, err := live.Watch(ctx, client, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	for _, part := range model.Parts() {
		fmt.Println(part)
	}
	changes := model.Subscribe(nil)
	defer changes.Close()
	for change := range changes.All(ctx) {
		switch c := change.(type) {
		case live.Reset: // comes first, and again if this loop was too slow
			for call := range c.View.Calls() {
				fmt.Println("there is", call)
			}
		case live.Changed[live.Call]:
			switch {
			case c.After.Merged != nil:
				fmt.Println(c.After.ID, "goes on as", c.After.Merged.Into)
			case !c.After.Live():
				fmt.Println("ended:", c.After)
			}
		}
	}
}

// The call of an AGI session, whose ID is agi.Session.Env.UniqueID.
func ExampleModel_Wait() {
	handle := func(ctx context.Context, model *live.Model, uniqueID string) error {
		call, err := model.Wait(ctx, uniqueID)
		if err != nil {
			return err
		}
		changes := model.Subscribe(&live.SubscribeConfig{Calls: []string{call.ID}})
		defer changes.Close()
		for change := range changes.All(ctx) {
			if c, ok := change.(live.Changed[live.Call]); ok && !c.After.Live() {
				fmt.Println(c.After.Cause)
				return nil
			}
		}
		return changes.Err()
	}
	_ = handle
}

// Two servers, and the calls that their dialplans bring by AGI(agi://10.0.0.5/ivr/pbx1) and AGI(agi://10.0.0.5/ivr/pbx2).
func ExampleGroup() {
	group := live.NewGroup("pbx1", "pbx2") // Add each model when Watch has returned it
	mux := fastagi.NewMux()
	mux.HandleFunc("/ivr/{server}", func(ctx context.Context, s *agi.Session) error {
		call, err := group.Wait(ctx, fastagi.PathValue(ctx, "server"), s.Env.UniqueID)
		if err != nil {
			return err
		}
		fmt.Println("an AGI session of", call)
		return nil
	})
	changes := group.Subscribe(nil)
	defer changes.Close()
	for c := range changes.All(context.Background()) {
		switch change := c.Change.(type) {
		case live.Reset:
			fmt.Println(c.Server, "has", change.View)
		case live.Changed[live.Server]:
			fmt.Println(c.Server, "is", change.After.State)
		}
	}
}
