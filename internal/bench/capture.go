package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/transport"
)

const (
	captureCalls  = 500
	captureEvents = 30 * captureCalls
	captureWait   = 30 * time.Second
)

// dialplan makes 30 events of 15 names a call.
const dialplan = `
[from-internal]
exten => phone,1,Set(GREETING=two words)
 same => n,Set(CALLERID(all)=Front Desk <100>)
 same => n,Answer()
 same => n,Wait(0.5)
 same => n,Hangup()

exten => desk,1,Set(QUEUE_PRIORITY=10)
 same => n,UserEvent(Picked,Key: value)
 same => n,Wait(5)
`

// capture makes a new capture in the file at path: the events that a real
// Asterisk sends about many calls made at once, as they came.
func capture(ctx context.Context, path string) error {
	server, err := lab.Open(ctx, lab.V22, &lab.Config{
		Append: map[string]string{"extensions.conf": dialplan},
		Files:  map[string]string{"cel.conf": "[general]\nenable = no\n"},
	}, os.Stderr)
	if err != nil {
		return err
	}
	defer server.Close()
	user := server.User("all")
	client, err := ami.Connect(ctx, server.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret, EventMask: "off"})
	if err != nil {
		return err
	}
	defer client.Close()
	listener, err := listen(server.AMI(), user)
	if err != nil {
		return fmt.Errorf("listen to %s: %w", server.AMI(), err)
	}
	defer listener.Close()
	for range captureCalls {
		call := action.Originate{Channel: "Local/phone@from-internal", Context: "from-internal", Exten: "desk", Async: true}
		if _, err := client.Do(ctx, call); err != nil {
			return err
		}
	}
	return write(path, listener)
}

// listen logs in for the events of calls only: others tell of logins and
// addresses.
func listen(address string, user lab.User) (net.Conn, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(captureWait)) // a connection without would only wait longer
	_, err = fmt.Fprintf(conn, "Action: Login\r\nUsername: %s\r\nSecret: %s\r\nEvents: call,dialplan,user\r\n\r\n", user.Name, user.Secret)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// write keeps the events of the calls.
func write(path string, from io.Reader) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	packed, _ := gzip.NewWriterLevel(file, gzip.BestCompression) // the level is a valid one
	reader := transport.NewReader(from, nil)
	if _, err := reader.Line(); err != nil {
		return err
	}
	for n := 0; n < captureEvents; {
		block, err := reader.Next()
		if err != nil {
			return fmt.Errorf("after %d events: %w", n, err)
		}
		key, name := block.First()
		if key != "Event" || name == "FullyBooted" {
			continue
		}
		n++
		if _, err := io.WriteString(packed, block.Text()+"\r\n"); err != nil {
			return err
		}
	}
	return errors.Join(packed.Close(), file.Close())
}
