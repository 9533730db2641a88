package main

import (
	"bytes"
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
	for range agiCommands {
		if _, err := io.WriteString(conn, `SET VARIABLE "NAME" "value"`+"\n"); err != nil {
			return
		}
		if loopRead(conn, buf, "\n") != nil {
			return
		}
	}
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
