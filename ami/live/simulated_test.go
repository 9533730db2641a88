package live_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

// simulated is a server of package pbxtest that stands for one of the lab's, in memory.
type simulated struct {
	*pbxtest.PBX
	version lab.Version
}

// simulatedLacks is what a simulated server has no module for.
var simulatedLacks = []live.PartName{live.PartAgents, live.PartContacts, live.PartMailboxes, live.PartPresences}

func (s simulated) AMI() string { return "simulated" }

func (s simulated) User(string) lab.User {
	return lab.User{Name: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret}
}

func (s simulated) Version() lab.Version { return s.version }

// simulatedPlan is of the lab's dialplan, and of stormPlan, what a simulated server knows.
const simulatedPlan = `
[outcome]
exten => answer,1,Answer()
 same => n,Wait(60)
 same => n,Hangup()
exten => answer-short,1,Answer()
 same => n,Wait(0.2)
 same => n,Hangup()
exten => tone,1,Answer()
 same => n,Playtones(440)
 same => n,Wait(60)
 same => n,Hangup()
exten => delayed,1,Ringing()
 same => n,Wait(1)
 same => n,Answer()
 same => n,Wait(1)
 same => n,Hangup()
exten => busy,1,Busy(20)
exten => congestion,1,Congestion(20)
exten => noanswer,1,Ringing()
 same => n,Wait(3600)

[app]
exten => park,1,Answer()
 same => n,Park()
 same => n,Hangup()
exten => queue,1,Answer()
 same => n,Queue(support,,,,30)
 same => n,Hangup()
exten => _co[n]f-X!,1,Answer()
 same => n,ConfBridge(${EXTEN:5})
 same => n,Hangup()
exten => playback,1,Answer()
 same => n,Playback(demo-congrats)
 same => n,Hangup()
exten => hold,1,Answer()
 same => n,MusicOnHold(default,60)
 same => n,Hangup()
exten => _dial-.,1,Dial(Local/${EXTEN:5}@outcome,10)
 same => n,Hangup()

[served]
exten => early,1,AGI(${TARGET})
 same => n,Hangup()

[default]
include => parkedcalls
exten => _X.,1,Answer()
 same => n,Wait(3600)
exten => 5,1,Answer()
 same => n,Wait(3600)

[storm-app]
` + stormExtensions + `exten => _age[n]t-X!,1,Answer()
 same => n,Wait(60)
exten => _caller-X!,1,Wait(60)
exten => 91,hint,Local/answer@outcome
exten => 92,hint,Local/noanswer@outcome&Local/tone@outcome&Custom:a
exten => 94,hint,confbridge:7
exten => 95,hint,park:701@parkedcalls&park:702@parkedcalls
exten => 96,hint,Queue:support&Queue:support_avail
exten => 97,hint,Custom:a&Custom:b
`

// labQueues is of queues.conf of the lab what storms of channels need.
const labQueues = `
[support]
strategy = ringall
timeout = 10
retry = 1
member => Local/delayed@outcome,0,Ann
member => Local/noanswer@outcome,0,Bea
member => Local/busy@outcome,1,Cem
`

// simulate returns a simulated server with the queues of a queues.conf. It ends with the test.
func simulate(t *testing.T, v lab.Version, seed uint64, queues string) simulated {
	t.Helper()
	pbx, err := pbxtest.New(&pbxtest.Config{
		Version: asterisk.ParseVersion(v.String() + ".0.0"), Seed: seed, Dialplan: simulatedPlan, Queues: queuesOf(queues),
		Phones: []pbxtest.Phone{{ID: "100", Context: "default", Unreachable: true}, {ID: "201", Context: "default", Trunk: true}, {ID: "trunk", Context: "default", Trunk: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	return simulated{pbx, v}
}

// queuesOf reads a queues.conf.
func queuesOf(conf string) (queues []pbxtest.Queue) {
	for line := range strings.Lines(conf) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			queues = append(queues, pbxtest.Queue{Name: strings.TrimSuffix(name, "]")})
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(strings.TrimPrefix(value, ">"))
		if !ok || len(queues) == 0 {
			continue
		}
		seconds, _ := strconv.Atoi(value)
		q := &queues[len(queues)-1]
		switch key {
		case "strategy":
			q.Strategy = value
		case "timeout":
			q.Timeout = time.Duration(seconds) * time.Second
		case "retry":
			q.Retry = time.Duration(seconds) * time.Second
		case "wrapuptime":
			q.WrapUp = time.Duration(seconds) * time.Second
		case "member":
			parts := strings.Split(value, ",")
			penalty, _ := strconv.Atoi(parts[1])
			q.Members = append(q.Members, pbxtest.Member{Interface: parts[0], Penalty: penalty, Name: parts[2]})
		}
	}
	if len(queues) > 0 && queues[0].Name == "general" {
		return queues[1:]
	}
	return queues
}

// simulations runs a test on simulated servers of both versions and of several seeds, each in a bubble of its own with the time of that.
func simulations(t *testing.T, seeds int, queues string, test func(t *testing.T, s simulated, seed uint64)) {
	t.Helper()
	for _, v := range lab.Versions() {
		for seed := range uint64(seeds) {
			t.Run(fmt.Sprint(v, "/", seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { test(t, simulate(t, v, seed, queues), seed) })
			})
		}
	}
}

// storms is how many storms there are on simulated servers of a version.
func storms() int {
	if lab.Full() {
		return 50
	}
	return 2
}

// TestSimulatedStorm is TestLiveStorm on simulated servers.
func TestSimulatedStorm(t *testing.T) {
	simulations(t, storms(), labQueues, func(t *testing.T, server simulated, seed uint64) {
		w, _, end := watchSteady(t, server)
		s := w.storm(seed)
		s.run(40)
		s.alone()
		end(s.reloads)
	})
}

// alone wants that no channel is left.
func (w watched) alone() {
	w.t.Helper()
	channels, err := ami.List(w.t.Context(), w.other, action.CoreShowChannels{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range channels {
		w.t.Errorf("%s runs %s(%s) after all were hung up", c.Channel, c.Application, c.ApplicationData)
	}
}

// TestSimulatedStormWithFaults is TestLiveStormWithFaults on simulated servers.
func TestSimulatedStormWithFaults(t *testing.T) {
	missed := int64(0)
	simulations(t, storms(), labQueues, func(t *testing.T, server simulated, seed uint64) {
		w, session, end := watchFaulty(t, server)
		s := w.storm(seed)
		s.faulty(30)
		s.alone()
		missed += session.sub.Stats().Missed
		end()
	})
	if missed == 0 {
		t.Error("nothing was missed")
	}
}

func TestSimulatedQueueStorm(t *testing.T) {
	simulations(t, storms(), queuesConf, func(t *testing.T, server simulated, seed uint64) {
		if stormInQueues(t, server, seed) {
			t.Error("lists were run for it")
		}
	})
}

func TestSimulatedQueueStormOverCuts(t *testing.T) {
	simulations(t, storms(), queuesConf, func(t *testing.T, server simulated, seed uint64) { queueStormOverCuts(t, server, seed) })
}

func TestSimulatedRoomsStorm(t *testing.T) {
	simulations(t, storms(), labQueues, func(t *testing.T, server simulated, seed uint64) { stormRooms(t, watchRooms(t, server, seed, nil)) })
}

func TestSimulatedRoomsOverCuts(t *testing.T) {
	simulations(t, storms(), labQueues, func(t *testing.T, server simulated, seed uint64) { stormRoomsOverCuts(t, server, seed) })
}

// TestSimulatedMerges is what no event tells of Linkedids: the pickup, by a newer and an older call, and an older call that joins a newer one.
func TestSimulatedMerges(t *testing.T) {
	for what, test := range map[string]func(m meeting){"pickup": meeting.pickUp, "pickup by an older call": meeting.pickUpByOlder, "join": meeting.join} {
		t.Run(what, func(t *testing.T) {
			simulations(t, 1, labQueues, func(t *testing.T, server simulated, _ uint64) { meetOn(t, server, test) })
		})
	}
}

// TestSimulatedQueueReload is TestLiveQueueReloadWithinRecheck on simulated servers.
func TestSimulatedQueueReload(t *testing.T) {
	simulations(t, 1, queuesConf, func(t *testing.T, server simulated, _ uint64) {
		reloadQueues(t, server, func(conf string) error { return server.ConfigureQueues(queuesOf(conf)) })
	})
}

// TestSimulatedQueuePriority is TestLiveQueuePriority on simulated servers.
func TestSimulatedQueuePriority(t *testing.T) {
	simulations(t, 1, queuesConf, func(t *testing.T, server simulated, _ uint64) { prioritise(t, server) })
}

// TestSimulatedConferenceLock is TestLiveConferenceLock on simulated servers.
func TestSimulatedConferenceLock(t *testing.T) {
	simulations(t, 1, labQueues, func(t *testing.T, server simulated, _ uint64) { lockConference(t, server) })
}

// TestSimulatedWaitOfMany is TestLiveWaitOfMany on simulated servers, at full size with 500 calls at once.
func TestSimulatedWaitOfMany(t *testing.T) {
	many := 100
	if lab.Full() {
		many = 500
	}
	simulations(t, 1, labQueues, func(t *testing.T, server simulated, _ uint64) { waitOfMany(t, server, many) })
}

// TestSimulatedStrangers is TestLiveStrangers on simulated servers: strangers write lines into numbers and names, and move nobody else's
// channel, nor their Call.
func TestSimulatedStrangers(t *testing.T) {
	simulations(t, 1, labQueues, func(t *testing.T, server simulated, _ uint64) {
		w := watchBy(t, server, connectTo(t, server, nil), &live.Config{Recheck: time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), 10*patience)
		defer cancel()
		call := func(phone, number, name, exten string) *pbxtest.Call {
			t.Helper()
			handset, err := server.Phone(phone)
			if err != nil {
				t.Fatal(err)
			}
			call, err := handset.CallAs(number, name, exten)
			if err != nil {
				t.Fatalf("%s of %q by %q: %v", exten, number, name, err)
			}
			return call
		}
		victim := call("201", "201", "", "5")
		c := awaitChannel(t, ctx, w.model, "the victim", func(c *live.Channel) bool { return c.Name == victim.Channel() && c.State == asterisk.ChannelUp })
		s := &siege{watched: w, ctx: ctx, id: c.UniqueID}
		s.changes = w.model.Subscribe(&live.SubscribeConfig{Channels: []string{s.id}, Calls: []string{s.id}})
		defer s.changes.Close()
		for _, name := range stranger.Names() {
			tail := stranger.Tail(name, s.id)
			for _, from := range []struct{ number, name, exten string }{{"5" + tail, "", "5"}, {"1", "x" + tail, "5"}, {"1", "", "5" + tail}} {
				stranger := call("trunk", from.number, from.name, from.exten)
				if err := w.model.Refresh(ctx, live.PartChannels); err != nil {
					t.Fatal(err)
				}
				if err := stranger.Hangup(); err != nil {
					t.Errorf("%q: %v", from, err)
				}
			}
		}
		s.alone()
		s.unharmed()
	})
}
