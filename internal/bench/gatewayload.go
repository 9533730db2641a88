package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway"
)

const (
	supervisors = 100
	loadSeconds = 10
	lateSeconds = 10 // in which calls may still ring that a busy machine has not told of in time
)

// ofCentre are the rights of an agent, and from agentPhones on those of a supervisor.
func ofCentre(user int) gateway.Rights {
	if user < agentPhones {
		return gateway.Rights{Own: []gateway.Ref{{Name: phone(user)}}, Queues: []gateway.Ref{{Name: team(user)}}, QueueInterval: 500 * time.Millisecond}
	}
	rights := gateway.Rights{Queues: []gateway.Ref{{Name: team(user)}}, Interval: 250 * time.Millisecond}
	for agent := user % teams; agent < agentPhones; agent += teams {
		rights.Devices = append(rights.Devices, gateway.Ref{Name: phone(agent)})
	}
	return rights
}

// gatewayLoad is a call centre with many calls: first without clients, then with all of them.
func (j job) gatewayLoad(ctx context.Context) (result, error) {
	w, err := j.watch(ctx, centreUser, ofCentre)
	if err != nil {
		return result{}, err
	}
	defer w.stop()
	play := func() (float64, error) {
		before, err := used()
		if err != nil {
			return 0, err
		}
		if _, err := w.client.Do(ctx, action.New("Centre", "Seconds", fmt.Sprint(loadSeconds))); err != nil {
			return 0, err
		}
		select {
		case <-time.After(loadSeconds * time.Second):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		after, err := used()
		return float64(after.cpu-before.cpu) / float64(after.at.Sub(before.at)), err
	}
	var r result
	if r.Alone, err = play(); err != nil {
		return r, err
	}
	for _, do := range [][]any{{"open", 0, agentPhones + supervisors}, {"begin"}} {
		if _, err := w.browsers.do(do[0].(string), do[1:]...); err != nil {
			return r, err
		}
	}
	stop, err := j.profile()
	if err != nil {
		return r, err
	}
	r.Busy, err = play()
	if stop(); err != nil {
		return r, err
	}
	c, err := w.browsers.do("report")
	r.Clients = c.CPU / float64(loadSeconds*time.Second)
	r.Updates, r.Bytes = float64(c.Updates)/loadSeconds, float64(c.Bytes)/loadSeconds
	for late := 0; err == nil && len(c.Delays) < loadSeconds*centreRate && late < lateSeconds; late++ {
		<-time.After(time.Second)
		c, err = w.browsers.do("report")
	}
	r.Delay50, r.Delay99 = share(c.Delays, .5), share(c.Delays, .99)
	if calls := loadSeconds * centreRate; c.Closed > 0 || len(c.Delays) < calls*9/10 {
		r.Invalid = fmt.Sprintf("%d connections were ended, %d of %d calls rang", c.Closed, len(c.Delays), calls)
	}
	return r, err
}

// printGateway tells what no target is about.
func (m report) printGateway(w io.Writer) {
	of := func(name string, get func(result) float64) float64 { return m.median(name, get) }
	if len(m["gatewayresume"]) > 0 {
		fmt.Fprintf(w, "a browser that resumes: %.0f bytes, %.0f of them what has changed\n",
			of("gatewayresume", func(r result) float64 { return r.Bytes }), of("gatewayresume", func(r result) float64 { return r.Changed }))
	}
	if len(m["gatewayagents"]) > 0 {
		fmt.Fprintf(w, "an idle browser with a queue of %d members: %.1f KiB\n", agentPhones/teams,
			of("gatewayagents", func(r result) float64 { return (r.Heap + r.Stack) / 1024 }))
	}
	if len(m["gatewayload"]) == 0 {
		return
	}
	load := func(get func(result) float64) float64 { return of("gatewayload", get) }
	fmt.Fprintf(w, "%d browsers, %d calls a second: %.2f of a core, without browsers %.2f, and the browsers themselves %.2f; %.0f Updates and %.1f MB a second; none was closed\n",
		agentPhones+supervisors, centreRate, load(func(r result) float64 { return r.Busy }), load(func(r result) float64 { return r.Alone }), load(func(r result) float64 { return r.Clients }),
		load(func(r result) float64 { return r.Updates }), load(func(r result) float64 { return r.Bytes / 1e6 }))
	fmt.Fprintf(w, "from the events of a ring to the agent's browser: %.1f ms, 99 %% within %.1f ms\n",
		load(func(r result) float64 { return r.Delay50 / 1e6 }), load(func(r result) float64 { return r.Delay99 / 1e6 }))
}
