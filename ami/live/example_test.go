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

// Whose channels are ours: here all that is not the trunk of the provider is.
func ExampleRules() {
	rules := live.Rules{
		{Device: "PJSIP/provider", Side: live.SideOutside},
		{Device: "PJSIP/*", Side: live.SideOurs},
	}
	config := live.Config{Classify: rules.Classify}
	fmt.Println(config.Classify(&live.Channel{Name: "PJSIP/provider-00000001", Context: "from-provider"}))
	fmt.Println(config.Classify(&live.Channel{Name: "PJSIP/100-00000002", Context: "phones"}))
	fmt.Println(config.Classify(&live.Channel{Name: "Local/100@phones-00000003;1"}))
	// Output:
	// outside
	// ours
	// unknown
}

// The contexts that FreePBX gives its trunks and extensions. This table has not been tried on a FreePBX: compare it with
// pjsip.endpoint.conf of yours. A context fits only while the channel is where its endpoint has put it, so channels that were
// there before the model began may remain unknown; rules for devices have no such gap.
func ExampleRules_freePBX() {
	rules := live.Rules{
		{Context: "from-trunk*", Side: live.SideOutside},
		{Context: "from-pstn*", Side: live.SideOutside},
		{Context: "from-analog", Side: live.SideOutside},
		{Context: "from-digital", Side: live.SideOutside},
		{Context: "from-did-direct", Side: live.SideOutside},
		{Context: "from-sip-external", Side: live.SideOutside},
		{Context: "from-internal*", Side: live.SideOurs},
	}
	fmt.Println(rules.Classify(&live.Channel{Name: "PJSIP/sipgate-00000001", Context: "from-trunk-pjsip-sipgate"}))
	fmt.Println(rules.Classify(&live.Channel{Name: "PJSIP/201-00000002", Context: "from-internal"}))
	// Output:
	// outside
	// ours
}
