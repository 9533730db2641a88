package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"golang.org/x/sync/errgroup"
)

// runOriginates has n calls wait for their outcome while events of other
// channels come: what the filters of the calls cost an event.
func runOriginates(ctx context.Context, j job, n int) (result, error) {
	client, err := connect(ctx, j)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	calls := make([]*ami.Origination, n)
	var begun errgroup.Group
	begun.SetLimit(inFlight)
	for i := range calls {
		begun.Go(func() (err error) {
			calls[i], err = ami.Originate(ctx, client, action.Originate{Channel: "PJSIP/100", Application: "Wait", Data: "60"})
			return err
		})
	}
	if err := begun.Wait(); err != nil {
		return result{}, err
	}
	// A call without an event asks for its channel after two seconds.
	r, err := j.measure(j.Bursts, j.Events, func() error {
		_, err := client.Do(ctx, action.New("Burst"))
		return err
	})
	for _, call := range calls {
		select {
		case <-call.Done():
			r.Invalid = fmt.Sprintf("call %s has an outcome", call.ChannelID())
		default:
		}
	}
	return r, err
}

// runLog decodes the capture as a log.
func runLog(j job) (result, error) {
	played, err := load(calls)
	if err != nil {
		return result{}, err
	}
	return j.measure(j.Bursts, j.Events, func() error {
		events := 0
		for _, err := range event.Read(bytes.NewReader(played.text)) {
			if err != nil {
				return err
			}
			events++
		}
		if events != j.Events {
			return fmt.Errorf("%d events of %d in the log", events, j.Events)
		}
		return nil
	})
}
