package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
)

// rawReader is the least that a reader of AMI can do: it walks the lines and
// finds the blank ones, which end the blocks.
type rawReader struct {
	conn       net.Conn
	buf        [64 << 10]byte
	start, end int // of what is not walked yet
}

// skip passes over n blocks.
func (r *rawReader) skip(n int) error {
	for {
		if n -= r.walk(n); n == 0 {
			return nil
		}
		if err := r.fill(); err != nil {
			return err
		}
	}
}

// walk passes over the lines at hand, until most blocks have ended, and returns
// how many did.
func (r *rawReader) walk(most int) (blocks int) {
	for blocks < most {
		i := bytes.IndexByte(r.buf[r.start:r.end], '\n')
		if i < 0 {
			break
		}
		if i == 0 || i == 1 && r.buf[r.start] == '\r' {
			blocks++
		}
		r.start += i + 1
	}
	return blocks
}

func (r *rawReader) fill() error {
	r.end = copy(r.buf[:], r.buf[r.start:r.end])
	r.start = 0
	n, err := r.conn.Read(r.buf[r.end:])
	r.end += n
	return err
}

// loginRaw opens a connection for a baseline. The first block on it is the
// answer to the login.
func loginRaw(j job) (net.Conn, error) {
	conn, err := net.Dial("tcp", j.Address)
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(conn, "Action: Login\r\nUsername: %s\r\nSecret: %s\r\nEvents: off\r\n\r\n", j.Username, j.Secret)
	return conn, err
}

// openRaw is loginRaw, and passes over the answer.
func openRaw(j job) (*rawReader, error) {
	conn, err := loginRaw(j)
	if err != nil {
		return nil, err
	}
	reader := &rawReader{conn: conn}
	if err := reader.skip(1); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return reader, nil
}

const burst = "Action: Burst\r\n\r\n"

func runRaw(j job) (result, error) {
	reader, err := openRaw(j)
	if err != nil {
		return result{}, err
	}
	defer reader.conn.Close()
	surplus := 0
	r, err := j.measure(j.Bursts, j.Events, func() error {
		if _, err := io.WriteString(reader.conn, burst); err != nil {
			return err
		}
		err := reader.skip(j.Events + 1) // with the answer
		surplus += reader.end - reader.start
		return err
	})
	if surplus > 0 {
		r.Invalid = "more came than was sent"
	}
	return r, err
}

func runTextproto(j job) (result, error) {
	conn, err := loginRaw(j)
	if err != nil {
		return result{}, err
	}
	defer conn.Close()
	reader := textproto.NewReader(bufio.NewReaderSize(conn, 64<<10))
	if _, err := reader.ReadLine(); err != nil { // the banner
		return result{}, err
	}
	if _, err := reader.ReadMIMEHeader(); err != nil {
		return result{}, err
	}
	missed, length := 0, 0
	r, err := j.measure(j.Bursts, j.Events, func() error {
		if _, err := io.WriteString(conn, burst); err != nil {
			return err
		}
		events := 0
		for {
			block, err := reader.ReadMIMEHeader()
			if err != nil {
				return err
			}
			name := block.Get("Event")
			if name == "" {
				missed += j.Events - events
				return nil
			}
			events++
			length += len(name) + len(block.Get("Uniqueid"))
		}
	})
	if missed != 0 || length == 0 {
		r.Invalid = fmt.Sprintf("%d events missed", missed)
	}
	return r, err
}
