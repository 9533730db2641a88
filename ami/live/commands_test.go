package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

var place = live.Location{Context: "inside", Exten: "800"}

// commands are the commands on the channel id, and what has to be sent: fields but for the ActionID.
var commands = []struct {
	run  func(ctx context.Context, m *live.Model, id string) error
	want string
}{
	{func(ctx context.Context, m *live.Model, id string) error {
		return m.Hangup(ctx, id, asterisk.CauseUserBusy)
	},
		"Action: Hangup, Channel: ID, Cause: 17"},
	{func(ctx context.Context, m *live.Model, id string) error { return m.Redirect(ctx, id, place) },
		"Action: Redirect, Channel: ID, Context: inside, Exten: 800, Priority: 1"},
	{func(ctx context.Context, m *live.Model, id string) error {
		return m.RedirectBoth(ctx, id, place, "1.200", live.Location{Context: "outside", Exten: "900", Priority: 2})
	}, "Action: Redirect, Channel: ID, Context: inside, Exten: 800, Priority: 1, ExtraChannel: 1.200, ExtraContext: outside, ExtraExten: 900, ExtraPriority: 2"},
	{func(ctx context.Context, m *live.Model, id string) error {
		return m.RedirectBoth(ctx, "1.200", place, id, place)
	}, "Action: Redirect, Channel: 1.200, Context: inside, Exten: 800, Priority: 1, ExtraChannel: ID, ExtraContext: inside, ExtraExten: 800, ExtraPriority: 1"},
	{func(ctx context.Context, m *live.Model, id string) error { return m.BlindTransfer(ctx, id, place) },
		"Action: BlindTransfer, Channel: ID, Context: inside, Exten: 800"},
	{func(ctx context.Context, m *live.Model, id string) error { return m.Park(ctx, id, nil) },
		"Action: Park, Channel: ID"},
	{func(ctx context.Context, m *live.Model, id string) error {
		return m.Park(ctx, id, &live.ParkConfig{Parker: "1.200", ParkingLot: "sales", Timeout: time.Minute})
	}, "Action: Park, Channel: ID, TimeoutChannel: PJSIP/200-00000001, AnnounceChannel: 1.200, Timeout: 60000, Parkinglot: sales"},
	{func(ctx context.Context, m *live.Model, id string) error { return m.Record(ctx, id, "a.wav", "b") },
		"Action: MixMonitor, Channel: ID, File: a.wav, Options: b"},
	{func(ctx context.Context, m *live.Model, id string) error { return m.PauseRecording(ctx, id, true) },
		"Action: MixMonitorMute, Channel: ID, Direction: both, State: 1"},
	{func(ctx context.Context, m *live.Model, id string) error { return m.StopRecording(ctx, id) },
		"Action: StopMixMonitor, Channel: ID"},
	{func(ctx context.Context, m *live.Model, id string) error {
		return m.Mute(ctx, id, action.MuteAudioDirectionIn, true)
	}, "Action: MuteAudio, Channel: ID, Direction: in, State: on"},
}

// memberCommands are those on members of queues, which have no Uniqueid.
var memberCommands = []struct {
	run  func(ctx context.Context, m *live.Model) error
	want string
}{
	{func(ctx context.Context, m *live.Model) error {
		return m.AddMember(ctx, action.QueueAdd{Queue: "support", Interface: "PJSIP/100", MemberName: "Ann", Penalty: 1})
	}, "Action: QueueAdd, Queue: support, Interface: PJSIP/100, Penalty: 1, MemberName: Ann"},
	{func(ctx context.Context, m *live.Model) error {
		return m.PauseMember(ctx, "support", "PJSIP/100", true, "lunch")
	}, "Action: QueuePause, Interface: PJSIP/100, Paused: true, Queue: support, Reason: lunch"},
	{func(ctx context.Context, m *live.Model) error { return m.RemoveMember(ctx, "support", "PJSIP/100") },
		"Action: QueueRemove, Queue: support, Interface: PJSIP/100"},
}

// sent is what the fake has got of everything but questions and what a model does by itself.
func sent(f *fake) (all []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.peer.Received() {
		var fields []string
		for key, value := range a.Fields().All() {
			if key != "ActionID" {
				fields = append(fields, key+": "+value)
			}
		}
		if !slices.Contains([]string{"Challenge", "Login", "Getvar", "Status", "BridgeList", "Ping", "ListCommands", "CoreSettings", "Events"}, a.Name()) {
			all = append(all, strings.Join(fields, ", "))
		}
	}
	return all
}

// bare is a model of channels 100 and 200 alone.
func bare(t *testing.T, test func(t *testing.T, f *fake, srv *amitest.Server, m *live.Model)) {
	t.Helper()
	f := &fake{channels: []string{"100", "200"}}
	watching(t, f, &live.Config{Parts: []live.PartName{live.PartCalls}, Recheck: -1}, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		for _, name := range []string{"Hangup", "Redirect", "BlindTransfer", "Park", "MixMonitor", "MixMonitorMute", "StopMixMonitor", "MuteAudio", "Atxfer",
			"QueueAdd", "QueuePause", "QueueRemove"} {
			f.peer.Handle(name, func(p *amitest.Peer, a amitest.Action) { p.Success(a) })
		}
		test(t, f, srv, m)
	})
}

// A command names its channel by the Uniqueid, which is never used again.
func TestCommands(t *testing.T) {
	bare(t, func(t *testing.T, f *fake, _ *amitest.Server, m *live.Model) {
		var want []string
		for _, c := range commands {
			if err := c.run(t.Context(), m, "1.100"); err != nil {
				t.Errorf("%s = %v", c.want, err)
			}
			want = append(want, strings.Replace(c.want, ": ID", ": 1.100", 1))
		}
		for _, c := range memberCommands {
			if err := c.run(t.Context(), m); err != nil {
				t.Errorf("%s = %v", c.want, err)
			}
			want = append(want, c.want)
		}
		if got := sent(f); !slices.Equal(got, want) {
			t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// Names, patterns and nothing are no Uniqueid: nothing is sent. So it is after the end of the model.
func TestCommandsOnNothing(t *testing.T) {
	bare(t, func(t *testing.T, f *fake, _ *amitest.Server, m *live.Model) {
		for _, id := range []string{"", "PJSIP/100-00000001", "/./", "/^PJSIP/"} {
			for _, c := range commands {
				if err := c.run(t.Context(), m, id); !errors.Is(err, ami.ErrInvalid) {
					t.Errorf("%s of %q = %v, want %v", c.want, id, err, ami.ErrInvalid)
				}
			}
			if _, err := m.Pickup(t.Context(), id, action.Originate{Channel: "PJSIP/300"}); !errors.Is(err, ami.ErrInvalid) {
				t.Errorf("Pickup of %q = %v", id, err)
			}
			if err := m.AttendedTransfer(t.Context(), id, place); !errors.Is(err, ami.ErrInvalid) {
				t.Errorf("AttendedTransfer of %q = %v", id, err)
			}
			if _, err := m.Wait(t.Context(), id); !errors.Is(err, ami.ErrInvalid) {
				t.Errorf("Wait of %q = %v", id, err)
			}
		}
		if err := m.Park(t.Context(), "1.100", &live.ParkConfig{Parker: "1.300"}); !errors.Is(err, ami.ErrNoSuchChannel) {
			t.Errorf("Park by nobody = %v", err)
		}
		if _, err := m.Pickup(t.Context(), "1.100&1.200", action.Originate{Channel: "PJSIP/300"}); !errors.Is(err, ami.ErrInvalid) {
			t.Errorf("Pickup of two = %v", err)
		}
		if _, err := m.Pickup(t.Context(), "1.100", action.Originate{Channel: "PJSIP/300"}); !errors.Is(err, ami.ErrInvalid) {
			t.Errorf("Pickup of one who is up = %v", err)
		}
		_ = m.Close()
		for _, c := range memberCommands {
			if err := c.run(t.Context(), m); !errors.Is(err, ami.ErrNotSent) || !errors.Is(err, live.ErrClosed) {
				t.Errorf("%s after Close = %v", c.want, err)
			}
		}
		if err := m.Hangup(t.Context(), "1.100", 0); !errors.Is(err, ami.ErrNotSent) {
			t.Errorf("Hangup after Close = %v", err)
		}
		if _, err := m.Pickup(t.Context(), "1.100", action.Originate{Channel: "PJSIP/300"}); !errors.Is(err, ami.ErrNotSent) {
			t.Errorf("Pickup after Close = %v", err)
		}
		if got := sent(f); len(got) > 0 {
			t.Errorf("sent %q, want nothing", got)
		}
	})
}

// The Uniqueid of a channel that is doubtful may be another's: a command asks first.
func TestCommandsInDoubt(t *testing.T) {
	for name, want := range map[string]error{"PJSIP/100-00000001": nil, "PJSIP/victim-00000001": ami.ErrNoSuchChannel, "": ami.ErrPermissionDenied} {
		t.Run(name, func(t *testing.T) {
			bare(t, func(t *testing.T, f *fake, srv *amitest.Server, m *live.Model) {
				f.peer.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) {
					if a.Get("Variable") != "CHANNEL(name)" || a.Get("Channel") != "1.100" || name == "" {
						p.Error(a, "Permission denied")
						return
					}
					p.Success(a, "Variable", "CHANNEL(name)", "Value", name)
				})
				fields := snapshot("100", "6")
				fields[slices.Index(fields, "Uniqueid")+1] = "9.9"
				srv.Emit(append([]string{"Event", "Newstate", "Privilege", "call,all"}, fields...)...)
				synctest.Wait()
				if c, ok := m.Channel("1.100"); !ok || !c.Doubtful {
					t.Fatalf("the channel is %v, want a doubtful one", c)
				}
				for _, c := range commands {
					if err := c.run(t.Context(), m, "1.100"); !errors.Is(err, want) {
						t.Errorf("%s = %v, want %v", c.want, err, want)
					}
				}
				if got := len(sent(f)); (got > 0) != (want == nil) {
					t.Errorf("%d commands were sent", got)
				}
			})
		})
	}
}

// What became of a command is what Do says: refused, unknown, not sent. Nothing is sent twice.
func TestCommandOutcomes(t *testing.T) {
	bare(t, func(t *testing.T, f *fake, _ *amitest.Server, m *live.Model) {
		f.peer.Handle("Redirect", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Channel does not exist: 1.100") })
		var refusal *ami.Error
		if err := m.Redirect(t.Context(), "1.100", place); !errors.As(err, &refusal) || !errors.Is(err, ami.ErrNoSuchChannel) {
			t.Errorf("Redirect that is refused = %v", err)
		}
		peer := f.peer
		f.peer.Handle("Hangup", func(p *amitest.Peer, a amitest.Action) { p.Cut() })
		if err := m.Hangup(t.Context(), "1.100", 0); !errors.Is(err, ami.ErrOutcomeUnknown) || errors.Is(err, ami.ErrNotSent) {
			t.Errorf("Hangup that has no answer = %v, want %v", err, ami.ErrOutcomeUnknown)
		}
		if err := m.Hangup(t.Context(), "1.100", 0); !errors.Is(err, ami.ErrNotSent) {
			t.Errorf("Hangup without a connection = %v, want %v", err, ami.ErrNotSent)
		}
		<-time.After(time.Minute) // it is back
		sent := slices.Concat(peer.Received(), f.peer.Received())
		if n := len(slices.DeleteFunc(sent, func(a amitest.Action) bool { return a.Name() != "Hangup" })); n != 1 || peer == f.peer {
			t.Errorf("%d Hangups were sent, want 1", n)
		}
	})
}

// An attended transfer is tried only where it can work, and has begun when there is a sign of it.
func TestAttendedTransfer(t *testing.T) {
	for _, test := range []struct {
		name, features, exten string
		alone, moves          bool
		want                  error
		sent                  int
	}{
		{name: "works", features: "T", exten: "800", moves: true, sent: 1},
		{name: "without a sign", features: "HT", exten: "800", want: ami.ErrOutcomeUnknown, sent: 1},
		{name: "without the option", features: "H", exten: "800", want: ami.ErrInvalid},
		{name: "to what has no keys", features: "T", exten: "sales", want: ami.ErrInvalid},
		{name: "of one who is alone", features: "T", exten: "800", alone: true, want: ami.ErrInvalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			bare(t, func(t *testing.T, f *fake, srv *amitest.Server, m *live.Model) {
				f.peer.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) {
					p.Success(a, "Variable", a.Get("Variable"), "Value", test.features)
				})
				f.peer.Handle("Atxfer", func(p *amitest.Peer, a amitest.Action) {
					p.Success(a)
					if test.moves {
						moves(srv, "BridgeLeave", "100", "b1")
						moves(srv, "BridgeEnter", "100", "b2")
					}
				})
				moves(srv, "BridgeEnter", "100", "b1")
				if !test.alone {
					moves(srv, "BridgeEnter", "200", "b1")
				}
				synctest.Wait()
				began := time.Now()
				err := m.AttendedTransfer(t.Context(), "1.100", live.Location{Context: "inside", Exten: test.exten})
				if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
					t.Errorf("AttendedTransfer = %v, want %v", err, test.want)
				}
				if took := time.Since(began); errors.Is(err, ami.ErrOutcomeUnknown) && took != 10*time.Second {
					t.Errorf("it took %v to see no sign", took)
				}
				if got := sent(f); len(got) != test.sent {
					t.Errorf("sent %q", got)
				}
			})
		})
	}
}

func moves(srv *amitest.Server, name, n, bridge string) {
	fields := append([]string{"Event", name, "Privilege", "call,all", "BridgeUniqueid", bridge, "BridgeType", "basic", "BridgeTechnology", "simple_bridge",
		"BridgeCreator", "<unknown>", "BridgeName", "<unknown>", "BridgeNumChannels", "1", "BridgeVideoSourceMode", "none"}, snapshot(n, "6")...)
	srv.Emit(fields...)
}

// A channel that ends, and a wait that is given up, leave the outcome unknown.
func TestAttendedTransferGivenUp(t *testing.T) {
	for _, ends := range []bool{true, false} {
		t.Run(fmt.Sprint(ends), func(t *testing.T) {
			bare(t, func(t *testing.T, f *fake, srv *amitest.Server, m *live.Model) {
				f.peer.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) { p.Success(a, "Variable", a.Get("Variable"), "Value", "T") })
				ctx, cancel := context.WithCancelCause(t.Context())
				why := errors.New("the operator left")
				f.peer.Handle("Atxfer", func(p *amitest.Peer, a amitest.Action) {
					p.Success(a)
					if ends {
						hangUp(srv, "100")
						return
					}
					<-time.After(time.Second)
					cancel(why)
				})
				moves(srv, "BridgeEnter", "100", "b1")
				moves(srv, "BridgeEnter", "200", "b1")
				synctest.Wait()
				err := m.AttendedTransfer(ctx, "1.100", place)
				if !errors.Is(err, ami.ErrOutcomeUnknown) || errors.Is(err, why) == ends {
					t.Errorf("AttendedTransfer = %v", err)
				}
				cancel(nil)
			})
		})
	}
}
