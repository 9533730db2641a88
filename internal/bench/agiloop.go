package main

import (
	"bytes"
	"crypto/rand"
	"io"
	"net"
)

// loopServer is the least that a FastAGI server can do: it reads and writes what
// a session does, and looks for nothing but the ends. It does not notice a
// hangup.
func loopServer(listener net.Listener) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		// Ends with the session.
		go loopSession(conn)
	}
}

func loopSession(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 1<<10)
	if loopRead(conn, buf, "\n\n") != nil {
		return
	}
	if loopCommand(conn, buf, `GET FULL VARIABLE "mark-`+rand.Text()+`"`) != nil { // as a session does first
		return
	}
	for range agiCommands {
		if loopCommand(conn, buf, `SET VARIABLE "NAME" "value"`) != nil {
			return
		}
	}
}

func loopCommand(conn net.Conn, buf []byte, line string) error {
	if _, err := io.WriteString(conn, line+"\n"); err != nil {
		return err
	}
	return loopRead(conn, buf, "\n")
}

// loopRead reads up to end, which is all that comes.
func loopRead(conn net.Conn, buf []byte, end string) error {
	for n := 0; ; {
		if n > len(buf)/2 {
			n = copy(buf, buf[n-len(end):n])
		}
		more, err := conn.Read(buf[n:])
		if err != nil {
			return err
		}
		n += more
		if bytes.HasSuffix(buf[:n], []byte(end)) {
			return nil
		}
	}
}
