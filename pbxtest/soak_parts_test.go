package pbxtest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// soakParts are the processes of a soak: each reads its size, and then words, from its standard input.
var soakParts = map[string]func(stdin io.Reader) error{"pbx": soakedPBX, "model": soakedModel, "program": soakedProgram}

// soakInput reads the size, and returns what reads the words.
func soakInput(stdin io.Reader) (size soakSize, words *bufio.Scanner, err error) {
	words = bufio.NewScanner(stdin)
	words.Scan()
	return size, words, json.Unmarshal(words.Bytes(), &size)
}

func tellSoak(r soakReport) error { return json.NewEncoder(os.Stdout).Encode(r) }

const soakPhones = 200

// soakedPBX has calls begin once it is told so, and reports when all have ended.
func soakedPBX(stdin io.Reader) error {
	size, words, err := soakInput(stdin)
	if err != nil {
		return err
	}
	config := &pbxtest.Config{Dialplan: "[a]\nexten => 7,1,AGI(agi://" + size.Program + "/menu)\n same => n,Hangup()\nexten => _B.,1,Dial(PJSIP/${EXTEN},20)\n"}
	for n := range soakPhones {
		config.Phones = append(config.Phones, pbxtest.Phone{ID: "A" + strconv.Itoa(n), Context: "a"},
			pbxtest.Phone{ID: "B" + strconv.Itoa(n), Context: "a", RingAfter: 10 * time.Millisecond, AnswerAfter: 100 * time.Millisecond})
	}
	pbx, err := pbxtest.New(config)
	if err != nil {
		return err
	}
	defer pbx.Close()
	address, err := pbx.Listen()
	if err != nil {
		return err
	}
	fmt.Println(address)
	words.Scan()
	r, err := soakCalls(pbx, size)
	if err != nil {
		return err
	}
	if err := tellSoak(r); err != nil {
		return err
	}
	words.Scan() // until the test closes it
	return nil
}

// soakCalls begins calls, and returns when the last has ended.
func soakCalls(pbx *pbxtest.PBX, size soakSize) (r soakReport, err error) {
	var calls sync.WaitGroup
	third := time.After(size.Lasts / 3)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); time.Since(began) < size.Lasts; {
		select {
		case <-third:
			r.First = soakHeap()
		case <-tick.C:
		}
		for due := int(time.Since(began) * time.Duration(size.Rate) / time.Second); r.Calls < due; r.Calls++ {
			phone, err := pbx.Phone("A" + strconv.Itoa(r.Calls%soakPhones))
			if err != nil {
				return r, err
			}
			to, after := "B"+strconv.Itoa(r.Calls%soakPhones), size.Talk
			if r.Calls%4 == 0 {
				to, after = "7", 0 // the program ends it
			}
			call, err := phone.Call(to)
			if err != nil {
				return r, err
			}
			// Ends with the call.
			calls.Go(func() {
				if after > 0 {
					<-time.After(after)
					_ = call.Hangup() // it may have ended
				}
				<-call.Ended()
			})
		}
	}
	r.Last = soakHeap()
	calls.Wait()
	return r, nil
}

// soakedModel counts ends of calls by three subscriptions, and reports once all have so many, or something was missed.
func soakedModel(stdin io.Reader) error {
	size, words, err := soakInput(stdin)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client, err := ami.Connect(ctx, size.Manager, &ami.Config{Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret})
	if err != nil {
		return err
	}
	defer client.Close()
	var gaps atomic.Int64
	var first atomic.Uint64
	lost := client.Subscribe(event.Of[event.Gap](), nil)
	model, err := live.Watch(ctx, client, &live.Config{KeepEnded: 5 * time.Second})
	if err != nil {
		return err
	}
	defer model.Close()
	var reading sync.WaitGroup
	defer reading.Wait()
	defer cancel()
	// All end with ctx.
	reading.Go(func() {
		for range lost.All(ctx) {
			gaps.Add(1)
		}
	})
	counts := [3]soakCount{}
	for i := range counts {
		counts[i].more = make(chan struct{}, 1)
		changes := model.Subscribe(&live.SubscribeConfig{Limit: 100_000})
		reading.Go(func() { counts[i].read(ctx, changes) })
	}
	fmt.Println("ready")
	var r soakReport
	third := time.AfterFunc(size.Lasts/3, func() { first.Store(soakHeap()) })
	defer third.Stop()
	words.Scan()
	r.First, r.Last = first.Load(), soakHeap()
	want, err := strconv.Atoi(words.Text())
	if err != nil {
		return err
	}
	for i := range counts {
		r.Ended[i], r.Resets[i] = counts[i].until(want)
	}
	for c := range model.View().Calls() {
		if c.Live() {
			r.Left++
		}
	}
	r.Gaps = int(gaps.Load())
	if err := tellSoak(r); err != nil {
		return err
	}
	words.Scan()
	return nil
}

// soakCount counts what a subscription has.
type soakCount struct {
	ended, resets atomic.Int64
	more          chan struct{} // has one after each change of these
}

func (n *soakCount) read(ctx context.Context, changes *live.Subscription) {
	defer changes.Close()
	first := true
	for change := range changes.All(ctx) {
		switch c := change.(type) {
		case live.Reset:
			if !first {
				n.resets.Add(1)
			}
			first = false
		case live.Changed[live.Call]:
			if c.After.Live() || c.Before != nil && !c.Before.Live() {
				continue
			}
			n.ended.Add(1)
		default:
			continue
		}
		select {
		case n.more <- struct{}{}:
		default:
		}
	}
}

// until waits until so many calls have ended, a minute at most.
func (n *soakCount) until(want int) (ended, resets int) {
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	for int(n.ended.Load()) < want && n.resets.Load() == 0 {
		select {
		case <-n.more:
		case <-patience.C:
			return int(n.ended.Load()), int(n.resets.Load())
		}
	}
	return int(n.ended.Load()), int(n.resets.Load())
}

// soakedProgram serves AGI, and reports what it has run.
func soakedProgram(stdin io.Reader) error {
	size, words, err := soakInput(stdin)
	if err != nil {
		return err
	}
	var r soakReport
	var run, now, most atomic.Int64
	var first atomic.Uint64
	server := &fastagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		run.Add(1)
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		return soakMenu(ctx, s, size)
	})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	// Ends with the server.
	go func() { served <- server.Serve(listener) }()
	fmt.Println(listener.Addr())
	third := time.AfterFunc(size.Lasts/3, func() { first.Store(soakHeap()) })
	defer third.Stop()
	words.Scan()
	r.First, r.Last, r.Calls, r.Most = first.Load(), soakHeap(), int(run.Load()), int(most.Load())
	if err := tellSoak(r); err != nil {
		return err
	}
	words.Scan()
	err = server.Close()
	<-served
	return err
}

// soakMenu is what a caller has of the program.
func soakMenu(ctx context.Context, s *agi.Session, size soakSize) error {
	if err := s.Answer(ctx); err != nil {
		return err
	}
	each := time.NewTicker(size.Each)
	defer each.Stop()
	for end := time.Now().Add(size.Menu); time.Now().Before(end); {
		select {
		case <-each.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := s.SetVariable(ctx, "CHOICE", "sales"); err != nil {
			return err
		}
		if value, _, err := s.Variable(ctx, "CHOICE"); err != nil || value != "sales" {
			return errors.Join(err, fmt.Errorf("CHOICE is %q", value))
		}
	}
	return nil
}
