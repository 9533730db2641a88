package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// bench is one run of everything.
type bench struct {
	cases    []string
	rounds   int
	bursts   int
	pings    int
	profiles string // folder, or empty
	verbose  bool
}

// caseNames are in the order in which a round runs them.
func caseNames() []string {
	return append([]string{"raw", "textproto", "nobody", "one", "every", "decoded", "handled", "originate", "originates", "log", "rawping", "ping", "heap", "ajam", "ajamdelay"}, slices.Concat(agiCases(), liveCases(), gatewayCases(), simulatedCases())...)
}

// onAsterisk reports whether a case needs a real server.
func onAsterisk(name string) bool { return name == "rawping" || name == "ping" || name == "ajamdelay" }

func (b *bench) run(ctx context.Context) error {
	played, err := load(calls)
	if err != nil {
		return err
	}
	queues, err := load(queueCalls)
	if err != nil {
		return err
	}
	name, named := played.oneOf(15)
	fmt.Printf("capture: %d events, %d bytes on average, %d names; %q is %d of them\n",
		played.events, len(played.text)/played.events, len(played.names), name, named)
	player, err := startPlayer(ctx, "player")
	if err != nil {
		return err
	}
	defer player.stop()
	web, err := startPlayer(ctx, "webplayer")
	if err != nil {
		return err
	}
	defer web.stop()

	var asterisk *lab.Server
	noAsterisk := "not asked for"
	if slices.ContainsFunc(b.cases, onAsterisk) {
		if asterisk, err = lab.Open(ctx, lab.V22, nil, os.Stderr); err != nil {
			noAsterisk = err.Error()
		} else {
			defer asterisk.Close()
		}
	}
	measured := make(report)
	for range b.rounds {
		for _, c := range b.cases {
			if onAsterisk(c) && asterisk == nil {
				continue
			}
			j := job{Case: c, Address: player.address, HTTP: web.address, Username: "bench", Secret: "bench",
				Bursts: b.bursts, Events: played.events, Queues: queues.events, Name: name, Named: named, Pings: b.pings}
			if onAsterisk(c) {
				user := asterisk.User("all")
				j.Address, j.HTTP, j.Username, j.Secret = asterisk.AMI(), asterisk.HTTP(), user.Name, user.Secret
			}
			r, err := b.measure(ctx, j)
			if err != nil {
				return err
			}
			measured[c] = append(measured[c], r)
		}
	}
	return measured.print(os.Stdout, noAsterisk)
}

func (b *bench) measure(ctx context.Context, j job) (result, error) {
	if b.profiles != "" {
		j.Profile = filepath.Join(b.profiles, j.Case+".prof")
	}
	r, err := runJob(ctx, j)
	if err != nil {
		return r, fmt.Errorf("case %s: %w", j.Case, err)
	}
	if b.verbose {
		fmt.Printf("%-14s %6.0f ns CPU, %6.0f ns passed, %.2f allocations\n", j.Case, r.CPU, r.Wall, r.Mallocs)
	}
	return r, nil
}
