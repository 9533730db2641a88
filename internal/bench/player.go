package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"

	"github.com/asterisk-go/asterisk-go/transport"
)

// player is the process that plays the capture to whoever sends it the action
// Burst, as fast as TCP takes it. Every action has the same answer, that of
// Burst behind its last event.
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
	played, err := load()
	if err != nil {
		return err
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
			go answer(conn, played.text)
		}
	}()
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func answer(conn net.Conn, events []byte) {
	defer conn.Close()
	if _, err := io.WriteString(conn, "Asterisk Call Manager/11.0.0\r\n"); err != nil {
		return
	}
	reader := transport.NewReader(conn, nil)
	for {
		block, err := reader.Next()
		if err != nil {
			return
		}
		if block.Get("Action") == "Burst" {
			if _, err := conn.Write(events); err != nil {
				return
			}
		}
		_, err = fmt.Fprintf(conn, "Response: Success\r\nActionID: %s\r\nChallenge: 1\r\nAsteriskVersion: 22.0.0\r\n\r\n", block.Get("ActionID"))
		if err != nil {
			return
		}
	}
}
