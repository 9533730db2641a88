package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

const inFlight = 64

// runPing has many goroutines that each wait for the answer to an action before
// they send the next.
func runPing(ctx context.Context, j job) (result, error) {
	client, err := ami.Connect(ctx, j.Address, &ami.Config{Username: j.Username, Secret: j.Secret, EventMask: "off"})
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	each := j.Pings / inFlight
	return j.measure(1, each*inFlight, func() error {
		var running sync.WaitGroup
		failed := make([]error, inFlight)
		for i := range inFlight {
			// Ends with its actions.
			running.Go(func() {
				for range each {
					if _, err := client.Do(ctx, action.Ping{}); err != nil {
						failed[i] = err
						return
					}
				}
			})
		}
		running.Wait()
		return errors.Join(failed...)
	})
}

// runRawPing has as many actions in flight, and sends one for each answer.
func runRawPing(j job) (result, error) {
	reader, err := openRaw(j)
	if err != nil {
		return result{}, err
	}
	defer reader.conn.Close()
	pings := strings.Repeat("Action: Ping\r\nActionID: 0123456789abcdef-1234\r\n\r\n", inFlight)
	size := len(pings) / inFlight
	each := j.Pings / inFlight * inFlight
	return j.measure(1, each, func() error {
		sent, answered := 0, 0
		for answered < each {
			due := min(answered+inFlight, each) - sent
			if _, err := io.WriteString(reader.conn, pings[:due*size]); err != nil {
				return err
			}
			sent += due
			if err := reader.fill(); err != nil {
				return err
			}
			answered += reader.walk(inFlight)
		}
		return nil
	})
}
