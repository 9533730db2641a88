package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync/atomic"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

const (
	agiSessions = 4000  // of a run
	agiBatch    = 200   // sessions between two words with the caller
	agiCommands = 5     // of a session
	agiParked   = 10000 // calls
	agiTrips    = 20000 // commands of one session
)

// agiCases are the cases of FastAGI, in the order in which a round runs them.
func agiCases() []string { return []string{"agiloop", "agisession", "agitrip", "agiparked"} }

// agiRows are their lines of the report.
func agiRows(cpu, mallocs quantity) []row {
	each := quantity{"%.1f KiB", func(r result) float64 { return (r.Heap + r.Stack) / 1024 }}
	return []row{
		{"FastAGI session, 5 commands", "agisession", "agiloop", cpu, 1.25},
		{"FastAGI command, allocations", "agitrip", "", mallocs, 3},
		{"10,000 parked calls, memory each", "agiparked", "", each, 14},
	}
}

func (j job) runAGI(ctx context.Context) (result, error) {
	switch j.Case {
	case "agiloop":
		return j.calls(ctx, loopServer, agiBatch, agiSessions/agiBatch)
	case "agisession":
		return j.calls(ctx, ourServer(exchange), agiBatch, agiSessions/agiBatch)
	case "agitrip":
		return j.trips(ctx)
	case "agiparked":
		return parked(ctx)
	}
	return result{}, errors.New("no such case")
}

// agiServer serves the connections of a listener until it is closed.
type agiServer func(net.Listener) error

func ourServer(handler agi.HandlerFunc) agiServer {
	return func(listener net.Listener) error { return (&fastagi.Server{Handler: handler}).Serve(listener) }
}

// exchange is the session of every case: the loop in agiloop.go does the same.
func exchange(ctx context.Context, s *agi.Session) error {
	for range agiCommands {
		if _, err := s.Do(ctx, "SET VARIABLE", "NAME", "value"); err != nil {
			return err
		}
	}
	return nil
}

// calls measures sessions that another process makes.
func (j job) calls(ctx context.Context, serve agiServer, batch, times int) (result, error) {
	c, err := startCaller(ctx, serve)
	if err != nil {
		return result{}, err
	}
	defer c.stop()
	return j.measure(times, batch, func() error { return c.word("call " + strconv.Itoa(batch)) })
}

// trips measures the commands of one session.
func (j job) trips(ctx context.Context) (result, error) {
	var r result
	measured := make(chan error, 1)
	c, err := startCaller(ctx, ourServer(func(ctx context.Context, s *agi.Session) error {
		var err error
		r, err = j.measure(agiTrips/agiBatch, agiBatch, func() error {
			for range agiBatch {
				if _, err := s.Do(ctx, "SET VARIABLE", "NAME", "value"); err != nil {
					return err
				}
			}
			return nil
		})
		measured <- err
		return err
	}))
	if err != nil {
		return r, err
	}
	defer c.stop()
	if err := c.word("call 1"); err != nil {
		return r, err
	}
	return r, <-measured
}

// parked is what a call holds whose handler waits for a digit.
func parked(ctx context.Context) (result, error) {
	var waiting atomic.Int64
	c, err := startCaller(ctx, ourServer(func(ctx context.Context, s *agi.Session) error {
		if _, err := s.Do(ctx, "ANSWER"); err != nil {
			return err
		}
		waiting.Add(1)
		_, err := s.Do(ctx, "WAIT FOR DIGIT", "-1")
		return err
	}))
	if err != nil {
		return result{}, err
	}
	defer c.stop()
	before := held()
	if err := c.word("park " + strconv.Itoa(agiParked)); err != nil {
		return result{}, err
	}
	after := held()
	r := result{
		Heap:  (float64(after.HeapInuse) - float64(before.HeapInuse)) / agiParked,
		Stack: (float64(after.StackInuse) - float64(before.StackInuse)) / agiParked,
	}
	if n := waiting.Load(); n != agiParked {
		r.Invalid = fmt.Sprintf("%d calls are parked, not %d", n, agiParked)
	}
	return r, nil
}
