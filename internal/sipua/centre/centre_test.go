package centre_test

import (
	"context"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/callcentre"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
	"github.com/asterisk-go/asterisk-go/internal/sipua/centre"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

// open starts a centre, and a session that hears what happens.
func open(t *testing.T, ctx context.Context, v lab.Version) (*centre.Centre, *ami.Client) {
	t.Helper()
	c, err := centre.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	s := lab.Start(t, v, c.Config())
	if err := c.Open(ctx, s); err != nil {
		t.Fatal(err)
	}
	user := s.User("all")
	client, err := ami.Connect(ctx, s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return c, client
}

// A customer reaches an agent by the menu and a queue, with number and name.
func TestLiveCustomerReachesAgent(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			c, client := open(t, ctx, v)
			hasAgents(t, ctx, client)
			events := client.Subscribe(event.Named("AgentConnect"), nil)
			defer events.Close()
			rang := make(chan *sipua.Incoming, 10)
			for _, agent := range callcentre.Agents() {
				c.Phone(agent.Number).Answer(func(i *sipua.Incoming) {
					rang <- i
					if call, err := i.Accept(); err == nil {
						<-call.Ended()
					}
				})
			}
			customer := callcentre.Customers()[0]
			call, err := c.Outside().DialFrom(ctx, customer.Number, customer.Name, callcentre.MainNumber)
			if err != nil {
				t.Fatal(err)
			}
			if err := call.Press(ctx, "1"); err != nil {
				t.Fatal(err)
			}
			select {
			case i := <-rang:
				if i.From != customer.Number || i.Name != customer.Name {
					t.Errorf("the agent's phone says that %q %q calls, want %v", i.From, i.Name, customer)
				}
			case <-ctx.Done():
				t.Fatal("no agent's phone rings")
			}
			ev, err := events.Next(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if connect, ok := ev.(event.AgentConnect); !ok || connect.Queue != "sales" {
				t.Errorf("%v, want an AgentConnect of sales", ev)
			}
			if err := call.Bye(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// hasAgents checks that the members of the queues are the agents, and nobody else.
func hasAgents(t *testing.T, ctx context.Context, client *ami.Client) {
	t.Helper()
	queues, err := ami.Queues(ctx, client, action.QueueStatus{})
	if err != nil {
		t.Fatal(err)
	}
	got, want := make(map[string][]string), make(map[string][]string)
	for _, q := range queues {
		for _, m := range q.Members {
			got[q.Params.Queue] = append(got[q.Params.Queue], m.Location)
		}
		slices.Sort(got[q.Params.Queue])
	}
	for _, agent := range callcentre.Agents() {
		for _, queue := range agent.Queues {
			want[queue] = append(want[queue], "PJSIP/"+agent.Number)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("members of the queues are %v, want %v", got, want)
	}
}

// A day of the centre has a phone ring at once, ends when it is told to, and leaves no call.
func TestLivePlay(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c, client := open(t, ctx, lab.V22)
	events := client.Subscribe(event.Named("Hangup"), nil)
	defer events.Close()
	playing, stop := context.WithCancel(ctx)
	defer stop()
	told, tell := io.Pipe()
	ended := make(chan struct{})
	// Ends with playing; the test waits for it.
	go func() {
		defer close(ended)
		c.Play(playing, 1, tell)
	}()
	until(t, told, "answers")
	stop()
	// Ends with tell.
	go func() { _, _ = io.Copy(io.Discard, told) }()
	<-ended
	_ = tell.Close()
	if _, err := events.Next(ctx); err != nil {
		t.Errorf("no call was ended: %v", err)
	}
}

// until reads what is told up to a text.
func until(t *testing.T, told io.Reader, text string) {
	t.Helper()
	var all strings.Builder
	for buffer := make([]byte, 1000); !strings.Contains(all.String(), text); {
		n, err := told.Read(buffer)
		if all.Write(buffer[:n]); err != nil {
			t.Fatalf("%v after\n%s", err, all.String())
		}
	}
}
