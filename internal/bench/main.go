// Bench measures what a [ami.Client] costs its process, next to baselines in
// the same run: real events are played to it from a second process over
// loopback. Each case has a process of its own; its CPU time is what counts.
//
//	go run ./internal/bench                      measure, and print a line a case
//	go run ./internal/bench -capture FILE        record the events of 500 calls, or -of queues
//	go run ./internal/bench -case raw,every -rounds 1 -bursts 400 -profile DIR
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if len(os.Args) == 2 && os.Args[1] == childArgument {
		return serveJob(ctx)
	}
	var b bench
	record := flag.String("capture", "", "make a new capture in `file` instead of measuring")
	of := flag.String("of", "calls", "what the capture is of: calls or queues")
	only := flag.String("case", "", "measure only these `cases`: "+strings.Join(caseNames(), ","))
	flag.IntVar(&b.rounds, "rounds", 7, "how often each case runs; the medians count")
	flag.IntVar(&b.bursts, "bursts", 20, "how often a run plays the capture")
	flag.IntVar(&b.pings, "pings", 20_000, "how many actions a run of ping does")
	flag.StringVar(&b.profiles, "profile", "", "write CPU profiles into `folder`")
	flag.BoolVar(&b.verbose, "v", false, "print every run")
	flag.Parse()
	if *record != "" {
		return capture(ctx, *record, *of)
	}
	b.cases = caseNames()
	if *only != "" {
		b.cases = strings.Split(*only, ",")
	}
	for _, name := range b.cases {
		if !slices.Contains(caseNames(), name) {
			return fmt.Errorf("no case is called %q", name)
		}
	}
	return b.run(ctx)
}
