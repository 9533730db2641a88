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

// captured is what a capture is of: calls made at once, and what the dialplan does with them.
type captured struct {
	calls  int
	exten  string // of [from-internal]
	events string // classes
}

// kinds of captures: that of calls is played to every case, and that of queues to those of the model as well.
var kinds = map[string]captured{
	"calls":  {calls: 500, exten: "desk", events: "call,dialplan,user"},
	"queues": {calls: 150, exten: "line", events: "call,dialplan,user,agent"},
}

const (
	captureWait  = 120 * time.Second
	captureQuiet = 3 * time.Second // after which nothing more comes
	agents       = 20
)

// dialplan makes 30 events of 15 names a call to desk. A call to line waits in a queue, and talks to one of the agents.
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

exten => caller,1,Set(CALLERID(all)=Front Desk <100>)
 same => n,Answer()
 same => n,Wait(60)

exten => line,1,Queue(line)
 same => n,Hangup()

exten => _age[n]t-X.,1,Answer()
 same => n,Wait(0.2)
 same => n,Hangup()
`

// queues has the agents, who each take a call at a time.
func queues() string {
	text := "\n[line]\nstrategy = leastrecent\nautofill = yes\nringinuse = no\nretry = 1\ntimeout = 5\njoinempty = yes\n"
	for i := range agents {
		text += fmt.Sprintf("member => Local/agent-%d@from-internal/n,0,Agent %d\n", 10+i, 10+i)
	}
	return text
}

// capture makes a new capture in the file at path: the events that a real
// Asterisk sends about many calls made at once, as they came.
func capture(ctx context.Context, path, kind string) error {
	of, known := kinds[kind]
	if !known {
		return fmt.Errorf("no capture is of %q", kind)
	}
	server, err := lab.Open(ctx, lab.V22, &lab.Config{
		Append: map[string]string{"extensions.conf": dialplan, "queues.conf": queues()},
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
	listener, err := listen(server.AMI(), user, of.events)
	if err != nil {
		return fmt.Errorf("listen to %s: %w", server.AMI(), err)
	}
	defer listener.Close()
	channel := "Local/phone@from-internal"
	if kind == "queues" {
		channel = "Local/caller@from-internal/n"
	}
	for range of.calls {
		call := action.Originate{Channel: channel, Context: "from-internal", Exten: of.exten, Async: true}
		if _, err := client.Do(ctx, call); err != nil {
			return err
		}
	}
	return listener.write(path)
}

// ear is a connection with the events of calls only: others tell of logins and addresses.
type ear struct {
	net.Conn
	reader *transport.Reader
}

// listen logs in.
func listen(address string, user lab.User, events string) (*ear, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	e := &ear{conn, transport.NewReader(conn, nil)}
	_, err = fmt.Fprintf(conn, "Action: Login\r\nUsername: %s\r\nSecret: %s\r\nEvents: %s\r\n\r\n", user.Name, user.Secret, events)
	if err == nil {
		_, err = e.reader.Line()
	}
	if err == nil {
		_, err = e.reader.Next() // the answer: events come from now on
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return e, nil
}

// write keeps the events of the calls, until no more come.
func (e *ear) write(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	packed, _ := gzip.NewWriterLevel(file, gzip.BestCompression) // the level is a valid one
	for end, n := time.Now().Add(captureWait), 0; ; {
		_ = e.SetReadDeadline(time.Now().Add(captureQuiet))
		block, err := e.reader.Next()
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded) && n > 0:
			return errors.Join(packed.Close(), file.Close())
		case err != nil:
			return fmt.Errorf("after %d events: %w", n, err)
		case time.Now().After(end):
			return fmt.Errorf("after %d events the calls have not ended", n)
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
}
