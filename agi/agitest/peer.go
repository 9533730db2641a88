package agitest

import (
	"bufio"
	"io"
)

// NewPeer is the peer of a transport that is a stream of lines: TCP, or two
// pipes.
// The environment has been written to it. Its Receive answers what [MarkReply]
// knows, and returns the command after that.
func NewPeer(stream io.ReadWriteCloser) Peer {
	return &streamPeer{stream, bufio.NewReader(stream)}
}

type streamPeer struct {
	stream io.ReadWriteCloser
	r      *bufio.Reader
}

// Receive is described at [Peer], as are the others.
func (p *streamPeer) Receive() (string, error) {
	for {
		line, err := p.r.ReadString('\n')
		if err != nil {
			return line, err
		}
		line = line[:len(line)-1]
		reply, ok := MarkReply(line)
		if !ok {
			return line, nil
		}
		p.Reply(reply)
	}
}

func (p *streamPeer) Reply(text string) { _, _ = io.WriteString(p.stream, text+"\n") }
func (p *streamPeer) Hangup()           { _, _ = io.WriteString(p.stream, "HANGUP\n") }
func (p *streamPeer) End()              { _ = p.stream.Close() }
