package main

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// calls and queues are what [capture] has written: see its comment.
//
//go:embed testdata/calls.ami.gz
var calls []byte

//go:embed testdata/queues.ami.gz
var queueCalls []byte

// played is the capture, unpacked.
type played struct {
	text   []byte
	events int
	names  map[string]int // how many events have it
}

func load(capture []byte) (*played, error) {
	packed, err := gzip.NewReader(bytes.NewReader(capture))
	if err != nil {
		return nil, fmt.Errorf("unpack the capture: %w", err)
	}
	p := &played{names: make(map[string]int)}
	if p.text, err = io.ReadAll(packed); err != nil {
		return nil, fmt.Errorf("unpack the capture: %w", err)
	}
	reader := transport.NewReader(bytes.NewReader(p.text), nil)
	for {
		block, err := reader.Next()
		if err == io.EOF {
			return p, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the capture: %w", err)
		}
		p.events++
		p.names[strings.Clone(block.Get("Event"))]++
	}
}

// oneOf returns the name whose share of the events is nearest to one of n.
func (p *played) oneOf(n int) (name string, count int) {
	off := func(count int) int { return max(count*n-p.events, p.events-count*n) }
	for other, c := range p.names {
		if name == "" || off(c) < off(count) || off(c) == off(count) && other < name {
			name, count = other, c
		}
	}
	return name, count
}
