// Labctl prepares and runs the Asterisk servers of package lab by hand.
//
//	labctl install           build the folders of both versions and of tools, once per machine
//	labctl up                start a server of each version, leave it running, and say what can be called
//	labctl down              end what up has started
//	labctl run 22 command    start a server of that version for a command, which finds it by ASTERISK_ADDRESS, ASTERISK_USER
//	                         and ASTERISK_SECRET, and end it with the command
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
	if err := do(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func do(ctx context.Context, arguments []string) error {
	commands := map[string]func(context.Context) error{"install": install, "up": up, "down": down}
	switch {
	case len(arguments) == 1 && commands[arguments[0]] != nil:
		return commands[arguments[0]](ctx)
	case len(arguments) > 2 && arguments[0] == "run":
		return run(ctx, arguments[1], arguments[2:])
	}
	return fmt.Errorf("usage: labctl install | up | down | run VERSION COMMAND")
}
