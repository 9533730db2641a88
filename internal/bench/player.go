package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
)

// player is the process that plays captures to whoever sends it the action
// Burst, as fast as TCP takes it: see [pbx].
type player struct {
	address string
	cmd     *exec.Cmd
	stdin   io.Closer
}

func startPlayer(ctx context.Context, which string) (*player, error) {
	cmd, err := child(ctx)
	if err != nil {
		return nil, err
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p := &player{cmd: cmd, stdin: stdin}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the player: %w", err)
	}
	if err := json.NewEncoder(stdin).Encode(job{Case: which}); err != nil {
		p.stop()
		return nil, fmt.Errorf("start the player: %w", err)
	}
	if err := json.NewDecoder(stdout).Decode(&p.address); err != nil {
		p.stop()
		return nil, fmt.Errorf("start the player: %w", err)
	}
	return p, nil
}

func (p *player) stop() {
	p.stdin.Close()
	_ = p.cmd.Wait() // it has nothing to tell any more
}

// play is the player's own process, until its standard input ends.
func play() error {
	p := new(pbx)
	for _, capture := range []struct {
		packed []byte
		to     **renewable
	}{{calls, &p.calls}, {queueCalls, &p.queues}} {
		played, err := load(capture.packed)
		if err != nil {
			return err
		}
		*capture.to = newRenewable(played.text)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(listener.Addr().String()); err != nil {
		return err
	}
	// Ends with the process.
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			// Ends when the client goes.
			go p.serve(conn)
		}
	}()
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
