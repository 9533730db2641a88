package agitest

import (
	"bufio"
	"io"
)

// NewPeer is the peer of a door that is a stream of lines: TCP, or two pipes.
// The environment has been written to it.
func NewPeer(stream io.ReadWriteCloser) Peer {
	return &streamPeer{stream, bufio.NewReader(stream)}
}

type streamPeer struct {
	stream io.ReadWriteCloser
	r      *bufio.Reader
}

// Receive is described at [Peer], as are the others.
func (p *streamPeer) Receive() (string, error) {
	line, err := p.r.ReadString('\n')
	if err != nil {
		return line, err
	}
	return line[:len(line)-1], nil
}

func (p *streamPeer) Reply(text string) { _, _ = io.WriteString(p.stream, text+"\n") }
func (p *streamPeer) Hangup()           { _, _ = io.WriteString(p.stream, "HANGUP\n") }
func (p *streamPeer) End()              { _ = p.stream.Close() }
