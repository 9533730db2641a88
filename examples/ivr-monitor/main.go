// Ivr-monitor is a telephone menu in front of a queue that tells of each call in one line of JSON: what the caller chose,
// how long it took until somebody answered, who that was, where the recording is, how it came out and why it ended.
//
// What callers choose it knows by AGI, and all else by a model of the PBX (package ami/live); the two meet by the Uniqueid of the
// caller's channel. AGI is served in this process, over FastAGI, or by a script that Asterisk starts, which reports to this process
// over HTTP.
//
// Run it in the folder examples of the SDK, or copy this folder into a module of your own and write . for ./ivr-monitor:
//
//	export ASTERISK_ADDRESS=pbx.example.com ASTERISK_USER=ivr ASTERISK_SECRET=...
//	go run ./ivr-monitor -queue support
//
// In extensions.conf:
//
//	exten => 800,1,AGI(agi://127.0.0.1/ivr)
//	 same => n,Hangup()
//
// Or with a script beside the monitor, which knows the queue by its own flag:
//
//	CGO_ENABLED=0 go build -o /usr/share/asterisk/agi-bin/ivr-monitor ./ivr-monitor
//
//	exten => 800,1,AGI(ivr-monitor,-report,http://127.0.0.1:8573,-queue,support)
//	 same => n,Hangup()
//
// In manager.conf; agent is for what queues tell, and dialplan for the name of the recording:
//
//	[ivr]
//	secret = ...
//	read = call,agent,dialplan
//	write = call
//
// Reports have no password: let nobody but this machine reach them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4573", "`address` to serve FastAGI at")
	reports := flag.String("reports", "127.0.0.1:8573", "`address` to take reports of scripts at")
	report := flag.String("report", "", "be a script, and report to the monitor at this `URL`")
	queue := flag.String("queue", "support", "`name` of the queue")
	flag.Parse()
	if *report != "" {
		agi.Main(&ivr{queue: *queue, monitor: &remote{*report}}) // does not return
	}
	if err := run(*listen, *reports, *queue, os.Stdout); err != nil {
		slog.Error("the monitor has ended", "error", err)
		os.Exit(1)
	}
}

// run serves until SIGINT or SIGTERM.
func run(listen, reports, queue string, records io.Writer) error {
	ctx := context.Background()
	client, err := ami.Connect(ctx, os.Getenv("ASTERISK_ADDRESS"), &ami.Config{
		Username: os.Getenv("ASTERISK_USER"), Secret: os.Getenv("ASTERISK_SECRET"), KeepTrying: true, Logger: slog.Default(),
	})
	if err != nil {
		return err
	}
	defer client.Close()
	model, err := live.Watch(ctx, client, &live.Config{Parts: []live.PartName{live.PartCalls}})
	if err != nil {
		return err
	}
	defer model.Close()
	for _, part := range model.Parts() {
		if !part.Complete {
			slog.Warn("the records will lack something", "part", part.String())
		}
	}
	m := newMonitor(model, records)
	defer m.close()
	taking, err := takeReports(reports, m)
	if err != nil {
		return fmt.Errorf("reports: %w", err)
	}
	return errors.Join(serve(listen, &ivr{queue: queue, monitor: m}), taking.Close())
}
