package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"
)

// job is one run of one case, for a process of its own. It goes over standard
// input, where no other user of the machine sees the secret.
type job struct {
	Case             string
	Address, HTTP    string
	Username, Secret string

	Bursts int
	Events int    // of a burst
	Queues int    // events of a burst of calls in queues
	Name   string // of the events that the case one subscribes to
	Named  int    // how many of a burst have it
	Pings  int

	Profile string // file, or empty
}

// result is what the process has measured.
type result struct {
	CPU     float64 // nanoseconds of CPU time for one event or ping
	Wall    float64 // nanoseconds that passed for one
	Mallocs float64 // allocations for one
	Heap    float64 // bytes that the client holds
	Stack   float64 // bytes of its goroutines' stacks
	Invalid string  // why the run does not count

	Bytes, Changed   float64 // of the gateway: what clients were sent, and of it what had changed
	Updates          float64 // a second
	Busy, Alone      float64 // cores, with and without clients
	Clients          float64 // cores of the clients' process
	Delay50, Delay99 float64 // nanoseconds to the client, at most, of a half and of 99 %
}

const (
	childArgument = "child"
	jobTimeout    = 2 * time.Minute
)

// child is this program once more, waiting for a job.
func child(ctx context.Context) (*exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, childArgument)
	cmd.Stderr = os.Stderr
	return cmd, nil
}

func runJob(ctx context.Context, j job) (result, error) {
	var r result
	ctx, cancel := context.WithTimeout(ctx, jobTimeout)
	defer cancel()
	cmd, err := child(ctx)
	if err != nil {
		return r, err
	}
	text, err := json.Marshal(j)
	if err != nil {
		return r, err
	}
	cmd.Stdin = bytes.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(out, &r)
}

// serveJob is the other end of runJob.
func serveJob(ctx context.Context) error {
	var j job
	words := bufio.NewScanner(os.Stdin) // the job is the first line
	words.Scan()
	if err := json.Unmarshal(words.Bytes(), &j); err != nil {
		return err
	}
	switch j.Case {
	case "agicaller":
		return call(j.Address, words)
	case "browsers":
		return browse(j.Address, words)
	case "sink":
		return drain(j.Address, words)
	case "player":
		return play()
	case "webplayer":
		return playWeb()
	}
	r, err := j.run(ctx)
	if err != nil {
		return fmt.Errorf("case %s: %w", j.Case, err)
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

func (j job) run(ctx context.Context) (result, error) {
	switch j.Case {
	case "raw":
		return runRaw(j)
	case "textproto":
		return runTextproto(j)
	case "nobody":
		return runNobody(ctx, j)
	case "one":
		return runOne(ctx, j)
	case "every":
		return runEvery(ctx, j)
	case "decoded":
		return runDecoded(ctx, j)
	case "handled":
		return runHandled(ctx, j)
	case "originate":
		return runOriginates(ctx, j, 1)
	case "originates":
		return runOriginates(ctx, j, 1000)
	case "log":
		return runLog(j)
	case "rawping":
		return runRawPing(j)
	case "ping":
		return runPing(ctx, j)
	case "heap":
		return runHeap(ctx, j)
	case "ajam":
		return runAJAM(ctx, j)
	case "ajamdelay":
		return runAJAMDelay(ctx, j)
	}
	if slices.Contains(agiCases(), j.Case) {
		return j.runAGI(ctx)
	}
	if slices.Contains(gatewayCases(), j.Case) {
		return j.runGateway(ctx)
	}
	if slices.Contains(simulatedCases(), j.Case) {
		return j.runSimulated(ctx)
	}
	return j.runLive(ctx)
}
