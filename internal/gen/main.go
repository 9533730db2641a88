// Gen makes the typed events and actions of Asterisk, in two steps:
//
//	go run ./internal/gen spec       documentation of the lab's versions, and overlays -> tables
//	go run ./internal/gen generate   tables -> Go
//	go run ./internal/gen check      fails when generate would change a file
//
// The first needs the lab; the second needs nothing but the tables. Both run in
// the root of the module. The second also makes the JSON Schema, the TypeScript types
// and the reference of the gateway's messages from the Go types of ami/gateway/message.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	if len(os.Args) != 2 {
		usage()
	}
	var err error
	switch os.Args[1] {
	case "spec":
		err = distil(ctx, ".")
	case "generate":
		err = generate(".")
	case "check":
		err = check(".")
	default:
		usage()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: gen spec | generate | check")
	os.Exit(2)
}
