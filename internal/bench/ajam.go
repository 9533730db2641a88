package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// runAJAM is runEvery over HTTP: each poll is answered with the capture.
func runAJAM(ctx context.Context, j job) (result, error) {
	client, err := ajam.Connect(ctx, "http://"+j.HTTP, &ajam.Config{Config: ami.Config{Username: j.Username, Secret: j.Secret}})
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	sub := client.Subscribe(event.Filter{}, &ami.SubscribeConfig{Limit: -1})
	defer sub.Close()
	length := 0
	r, err := j.measure(j.Bursts, j.Events, func() error {
		for range j.Events {
			raw, err := sub.NextRaw(ctx)
			if err != nil {
				return err
			}
			length += len(raw.EventName()) + len(raw.Fields().Get("Uniqueid"))
		}
		return nil
	})
	if s := sub.Stats(); s.Missed != 0 || s.Delivered != int64((j.Bursts+1)*j.Events) || length == 0 {
		r.Invalid = fmt.Sprintf("%d events delivered, %d missed", s.Delivered, s.Missed)
	}
	return r, err
}

// delays is how many events runAJAMDelay times, each while a poll is waiting.
const delays = 101

// runAJAMDelay measures, on a real server, the time from an action over AMI
// that causes an event to that event's delivery over AJAM: the median.
func runAJAMDelay(ctx context.Context, j job) (result, error) {
	client, err := ajam.Connect(ctx, "http://"+j.HTTP, &ajam.Config{Config: ami.Config{Username: j.Username, Secret: j.Secret}})
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	conn, err := ami.Dial(ctx, j.Address, &ami.Config{Username: j.Username, Secret: j.Secret, EventMask: "off"})
	if err != nil {
		return result{}, err
	}
	defer conn.Close()
	sub := client.Subscribe(event.Of[event.UserEvent](), nil)
	defer sub.Close()
	quiet := time.NewTicker(50 * time.Millisecond) // until the next poll is waiting
	defer quiet.Stop()
	var took []float64
	for range delays {
		<-quiet.C
		start := time.Now()
		if _, err := conn.Do(ctx, action.UserEvent{UserEvent: "Bench"}); err != nil {
			return result{}, err
		}
		if _, err := sub.Next(ctx); err != nil {
			return result{}, err
		}
		took = append(took, float64(time.Since(start)))
	}
	slices.Sort(took)
	return result{Wall: took[len(took)/2]}, nil
}

// playWeb is play for AJAM: the process that answers every WaitEvent with the
// capture, until its standard input ends.
func playWeb() error {
	played, err := load(calls)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(listener.Addr().String()); err != nil {
		return err
	}
	// Ends with the process.
	go func() { _ = http.Serve(listener, webPlayer(played.text)) }()
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func webPlayer(events []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is missing is not understood
		form, _ := url.ParseQuery(string(body))
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Set-Cookie", `mansession_id="00000001"; Version=1; Max-Age=60`)
		waits := form.Get("Action") == "WaitEvent"
		_, _ = fmt.Fprintf(w, "Response: Success\r\nActionID: %s\r\nChallenge: 1\r\nAsteriskVersion: 22.0.0\r\n\r\n", form.Get("ActionID"))
		if waits && form.Get("Timeout") != "0" {
			_, _ = w.Write(events) // a client that is gone needs none
		}
		if waits {
			_, _ = fmt.Fprintf(w, "Event: WaitEventComplete\r\nActionID: %s\r\n\r\n", form.Get("ActionID"))
		}
	}
}
