package sipua

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"
)

const (
	packetTime    = 20 * time.Millisecond
	packetSamples = 160 // at 8,000 a second
	payloadULaw   = 0
	payloadEvent  = 101 // of RFC 4733
)

// stream is what a phone has sent of RTP.
type stream struct {
	sequence uint16
	time     uint32
}

// Speak sends silence until ctx ends: what Asterisk forwards has it look for a shorter way.
func (c *Call) Speak(ctx context.Context) error {
	return c.send(ctx, func(packet func(payload byte, body []byte) error) error {
		for ctx.Err() == nil {
			if err := c.silence(packet); err != nil {
				return err
			}
		}
		return nil
	})
}

// Press sends keys, a fifth of a second each.
func (c *Call) Press(ctx context.Context, keys string) error {
	return c.send(ctx, func(packet func(payload byte, body []byte) error) error {
		for _, key := range keys {
			event := strings.IndexRune("0123456789*#", key)
			for n := range 8 {
				body := []byte{byte(event), 10, 0, 0}
				if n > 4 {
					body[1] |= 1 << 7 // the end, thrice
				}
				binary.BigEndian.PutUint16(body[2:], uint16(packetSamples*(min(n, 4)+1)))
				if err := packet(payloadEvent, body); err != nil {
					return err
				}
			}
			c.stream.time += 5 * packetSamples
			for range 4 {
				if err := c.silence(packet); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (c *Call) silence(packet func(payload byte, body []byte) error) error {
	body := make([]byte, packetSamples)
	for i := range body {
		body[i] = 0xff
	}
	c.stream.time += packetSamples
	return packet(payloadULaw, body)
}

// send has packets go to the other end, in their time. When ctx ends, it ends without an error.
func (c *Call) send(ctx context.Context, all func(packet func(payload byte, body []byte) error) error) error {
	to, err := c.media()
	if err != nil {
		return err
	}
	conn, err := net.Dial("udp", to)
	if err != nil {
		return fmt.Errorf("sipua: audio: %w", err)
	}
	defer conn.Close()
	tick := time.NewTicker(packetTime)
	defer tick.Stop()
	err = all(func(payload byte, body []byte) error {
		header := [12]byte{2 << 6, payload}
		c.stream.sequence++
		binary.BigEndian.PutUint16(header[2:], c.stream.sequence)
		binary.BigEndian.PutUint32(header[4:], c.stream.time)
		// Refused: the call has ended.
		if _, err := conn.Write(append(header[:], body...)); err != nil && !errors.Is(err, syscall.ECONNREFUSED) {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("sipua: audio: %w", err)
	}
	return nil
}

// media is where the other end wants audio.
func (c *Call) media() (string, error) {
	body := string(c.invite.Body())
	if !c.called {
		body = string(c.answer.Body())
	}
	var host, port string
	for line := range strings.Lines(body) {
		switch fields := strings.Fields(line); {
		case len(fields) == 3 && fields[0] == "c=IN":
			host = fields[2]
		case len(fields) > 1 && fields[0] == "m=audio":
			port = fields[1]
		}
	}
	if host == "" || port == "" {
		return "", fmt.Errorf("sipua: no audio in %q", body)
	}
	return net.JoinHostPort(host, port), nil
}
