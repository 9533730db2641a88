package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// caller is the process that plays Asterisk to a FastAGI server in this one.
// "call N" makes N calls, agiInFlight at once, and "park N" makes N calls that
// stay. It answers when it is done.
type caller struct {
	listener net.Listener
	cmd      *exec.Cmd
	stdin    io.WriteCloser
	answers  *bufio.Reader
}

const agiInFlight = 8

// callerEnvironment is as long as Asterisk's.
const callerEnvironment = `agi_network: yes
agi_network_script: ivr/de
agi_request: agi://127.0.0.1/ivr/de
agi_channel: PJSIP/100-00000001
agi_language: en
agi_type: PJSIP
agi_uniqueid: 1767600000.1
agi_version: 22.10.1
agi_callerid: 100
agi_calleridname: Alice
agi_callingpres: 0
agi_callingani2: 0
agi_callington: 0
agi_callingtns: 0
agi_dnid: 200
agi_rdnis: unknown
agi_context: default
agi_extension: 200
agi_priority: 1
agi_enhanced: 0.0
agi_accountcode: 
agi_threadid: 140123456789248
agi_arg_1: one
agi_arg_2: two

`

func startCaller(ctx context.Context, serve agiServer) (*caller, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	// Ends when stop closes the listener.
	go func() { _ = serve(listener) }()
	c := &caller{listener: listener}
	if c.cmd, err = child(ctx); err != nil {
		return nil, err
	}
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.answers = bufio.NewReader(stdout)
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the caller: %w", err)
	}
	return c, json.NewEncoder(c.stdin).Encode(job{Case: "agicaller", Address: listener.Addr().String()})
}

func (c *caller) stop() {
	c.stdin.Close()
	_ = c.cmd.Wait() // it has nothing to tell any more
	c.listener.Close()
}

// word has the caller do something, and waits until it is done.
func (c *caller) word(text string) error {
	if _, err := fmt.Fprintln(c.stdin, text); err != nil {
		return err
	}
	answer, err := c.answers.ReadString('\n')
	if err == nil && answer != "done\n" {
		err = fmt.Errorf("the caller: %s", strings.TrimSpace(answer))
	}
	return err
}

// call is the caller's own process, until its standard input ends.
func call(address string, words *bufio.Scanner) error {
	var stay []net.Conn
	for words.Scan() {
		var word string
		var n int
		_, err := fmt.Sscan(words.Text(), &word, &n)
		switch {
		case err != nil:
		case word == "call":
			err = callAll(address, n)
		case word == "park":
			for range n {
				conn, parked := park(address)
				stay, err = append(stay, conn), parked
				if err != nil {
					break
				}
			}
		}
		answer := "done"
		if err != nil {
			answer = err.Error()
		}
		fmt.Fprintln(os.Stdout, answer)
	}
	for _, conn := range stay {
		if conn != nil {
			conn.Close()
		}
	}
	return words.Err()
}

func callAll(address string, n int) error {
	var running sync.WaitGroup
	todo, failed := make(chan struct{}, n), make(chan error, agiInFlight)
	for range n {
		todo <- struct{}{}
	}
	close(todo)
	for range agiInFlight {
		// Ends when all calls are made.
		running.Go(func() {
			for range todo {
				if err := callOnce(address); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	running.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// callOnce answers every command until the server closes.
func callOnce(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, callerEnvironment); err != nil {
		return err
	}
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadSlice('\n')
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		reply, ok := agitest.MarkReply(string(line[:len(line)-1]))
		if !ok {
			reply = "200 result=1"
		}
		if _, err := io.WriteString(conn, reply+"\n"); err != nil {
			return err
		}
	}
}

// park answers the first command, and leaves the second without a reply.
func park(address string) (net.Conn, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, callerEnvironment); err != nil {
		return conn, err
	}
	peer := agitest.NewPeer(conn)
	if _, err := peer.Receive(); err != nil {
		return conn, err
	}
	peer.Reply("200 result=0")
	_, err = peer.Receive()
	return conn, err
}
