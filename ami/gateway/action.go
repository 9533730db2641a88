package gateway

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// actionTime is how long an Action may take, also one whose connection has gone.
const actionTime = 30 * time.Second

// actor is a user who asks for something, with the rights of now.
type actor struct {
	user   User
	rights Rights
	find   func(key string) (subject, bool) // in what the user sees now
}

// subject is what an Action is about.
type subject struct {
	kind   message.Kind
	server string            // Config.Server of its model
	call   string            // ID of the Call, of a Call and a Party
	party  live.Party        // of a Party
	member *live.QueueMember // of a Member
	parked *live.ParkedCall  // of a Parked
	name   string            // of a Device and a Queue
	device string            // of a Party, Member and Device: whose it is; empty where that is not known
}

// keyMaker makes the key of an object.
type keyMaker func(kind message.Kind, server string, pieces ...string) string

// actions runs what users ask for. All methods are safe for concurrent use.
type actions struct {
	config   *Config
	servers  map[string]*Server
	names    serverNames
	start    string // what Instances of this start of the gateway begin with
	key      keyMaker
	outcomes *outcomes
	rates    *rates
	ctx      context.Context // ends with the gateway
	stop     context.CancelFunc

	mu     sync.Mutex // guards closed, and that tasks grows only before it
	closed bool
	tasks  sync.WaitGroup
}

func newActions(config *Config, start string, key keyMaker) *actions {
	a := &actions{config: config, servers: make(map[string]*Server), names: config.serverNames(), start: start, key: key, outcomes: newOutcomes(), rates: newRates()}
	a.ctx, a.stop = context.WithCancel(context.Background())
	for i := range config.Servers {
		a.servers[config.Servers[i].Model.Server()] = &config.Servers[i]
	}
	return a
}

// close ends what runs, of which the outcome is unknown then, and returns when it has ended.
func (a *actions) close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.stop()
	a.tasks.Wait()
}

// spawn runs a task that close waits for; false if the gateway is closed.
func (a *actions) spawn(task func()) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		a.tasks.Go(task)
	}
	return !a.closed
}

// act does what a user asks for, once, and returns what became of it. It never fails. The end of ctx ends the waiting, and
// not the Action, which runs to its end or for actionTime, so that one that is sent again finds its outcome.
func (a *actions) act(ctx context.Context, who actor, asked message.Action) message.Result {
	if !isActionID(asked.ID) {
		return a.not(who, asked, message.OutcomeRefused, refusedMeans)
	}
	if asked.Instance != "" && !strings.HasPrefix(asked.Instance, a.start) {
		return a.not(who, asked, message.OutcomeUnknown, wordsUnknown)
	}
	o, how := a.outcomes.begin(who.user.ID, asked)
	switch how {
	case outcomeOther:
		return a.not(who, asked, message.OutcomeRefused, "Another request has used the same ID.")
	case outcomeOverfull:
		return a.not(who, asked, message.OutcomeUnsent, wordsBusy)
	case outcomeNew:
		a.begin(who, asked, o)
	}
	if result, ok := o.wait(ctx); ok {
		return result
	}
	return resultOf(asked, message.OutcomeUnknown, wordsUnknown)
}

const wordsBusy = "That was too much at once. Nothing was done: try again a little later."

// begin runs an Action that was not run before.
func (a *actions) begin(who actor, asked message.Action, o *outcome) {
	if !a.rates.begin(who.user.ID) {
		a.outcomes.end(o, a.not(who, asked, message.OutcomeUnsent, wordsBusy), true)
		return
	}
	// run ends with its context; close waits for it.
	if a.spawn(func() { a.run(who, asked, o) }) {
		return
	}
	a.rates.end(who.user.ID)
	a.outcomes.end(o, a.not(who, asked, message.OutcomeUnsent, wordsUnsent), true)
}

// not is the Result of an Action that is not run.
func (a *actions) not(who actor, asked message.Action, outcome message.Outcome, words denial) message.Result {
	result := resultOf(asked, outcome, string(words))
	a.audit(who, asked, subject{}, result, nil, 0)
	return result
}

func resultOf(asked message.Action, outcome message.Outcome, words string) message.Result {
	return message.Result{Type: "result", ID: asked.ID, Outcome: outcome, Reason: words}
}

// run runs an Action to its end.
func (a *actions) run(who actor, asked message.Action, o *outcome) {
	defer a.rates.end(who.user.ID)
	ctx, cancel := context.WithTimeout(a.ctx, actionTime)
	defer cancel()
	began := time.Now()
	t := &job{actions: a, who: who, asked: asked}
	var made string
	err := t.guarded("action has panicked", func() (err error) {
		made, err = t.do(ctx)
		return err
	})
	outcome, words := verdict(err)
	result := resultOf(asked, outcome, words)
	if outcome == message.OutcomeDone {
		result.Object = made
	}
	defer a.outcomes.end(o, result, false) // whatever a handler of the log does
	a.audit(who, asked, t.about, result, err, time.Since(began))
}

// job is one Action that runs.
type job struct {
	*actions
	who    actor
	asked  message.Action
	about  subject
	server *Server
}

var errPanic = errors.New("gateway: a function of the application has panicked")

// guarded calls what runs functions of the application's, which may panic: then it logs that, and returns errPanic.
func (a *actions) guarded(panicked string, call func() error) (err error) {
	defer func() {
		if why := recover(); why != nil {
			a.complain(panicked, slog.Any("why", why), slog.String("stack", string(debug.Stack())))
			err = errPanic
		}
	}()
	return call()
}

func (a *actions) complain(what string, attrs ...any) {
	if a.config.Log != nil {
		a.config.Log.Error("gateway: "+what, attrs...)
	}
}

// do runs the Action, and returns the key of what it has made.
func (t *job) do(ctx context.Context) (made string, err error) {
	if err := t.look(); err != nil {
		return "", err
	}
	return works[t.asked.Action].run(t, ctx)
}

// isActionID reports whether a text is an ID of an Action.
func isActionID(id string) bool {
	return len(id) >= 8 && len(id) <= 64 && strings.Trim(id, plain) == ""
}
