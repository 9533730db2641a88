package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// browsers is the process that has the clients of a gateway in this one. Each command is a line, and so is its answer:
//
//	open FROM TO   connect the users of these numbers, until each has what it may see; with a 1 after it the objects are weighed
//	await N        wait until each has got N Updates since
//	drop           cut all connections
//	resume         connect again, and go on, until each has all that it missed
//	begin          count from now on
//	report         say what was counted
type browsers struct {
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	answers *bufio.Reader
}

// counted is what the clients have received.
type counted struct {
	Error   string
	Updates int64
	Bytes   int64     // of everything, with the upgrade and the heads of frames
	Changed int64     // bytes of the objects in it that the client did not have, and of the keys of deletes
	Resumed int       // clients that went on where they were
	Closed  int64     // connections that the gateway has ended
	CPU     float64   // ns of CPU time of the clients' process
	Delays  []float64 // ns from the events that a phone rings to the Update of its user
}

func startBrowsers(ctx context.Context, address string) (*browsers, error) {
	b := new(browsers)
	var err error
	if b.cmd, err = child(ctx); err != nil {
		return nil, err
	}
	if b.stdin, err = b.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := b.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	b.answers = bufio.NewReader(stdout)
	if err := b.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the browsers: %w", err)
	}
	return b, json.NewEncoder(b.stdin).Encode(job{Case: "browsers", Address: address})
}

func (b *browsers) stop() {
	b.stdin.Close()
	_ = b.cmd.Wait() // it has nothing to tell any more
}

// do has the clients do something, and returns when it is done.
func (b *browsers) do(command string, args ...any) (counted, error) {
	var c counted
	if _, err := fmt.Fprintln(b.stdin, append([]any{command}, args...)...); err != nil {
		return c, err
	}
	line, err := b.answers.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &c)
	}
	if err == nil && c.Error != "" {
		err = errors.New(c.Error)
	}
	if err != nil {
		err = fmt.Errorf("the browsers: %s: %w", command, err)
	}
	return c, err
}

// browse is the process of the browsers, until its standard input ends.
func browse(address string, commands *bufio.Scanner) error {
	all := &tabs{address: address}
	answers := json.NewEncoder(os.Stdout)
	for commands.Scan() {
		c, err := all.do(commands.Text())
		if err != nil {
			c.Error = err.Error()
		}
		if err := answers.Encode(c); err != nil {
			return err
		}
	}
	return commands.Err()
}
