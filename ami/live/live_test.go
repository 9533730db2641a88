package live_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

const (
	patience  = time.Minute
	rechecked = 5 * time.Minute // a recheck rests a hundred times what the last one took, which is seconds on a busy machine
)

// server is one of the lab's, or a simulated one.
type server interface {
	AMI() string // its address
	User(name string) lab.User
	Version() lab.Version
}

// dialer is how a server is reached: over TCP, or in memory.
func dialer(s server) func(ctx context.Context, network, addr string) (net.Conn, error) {
	if in, ok := s.(simulated); ok {
		return in.Dial
	}
	return (&net.Dialer{}).DialContext
}

// watched is a model of a real server, and another connection to that.
type watched struct {
	t      *testing.T
	server server
	model  *live.Model
	other  *ami.Client
	wire   *wire // of the model, if its connection is to fail; or nil
}

func watch(t *testing.T, s server) watched { return watchOver(t, s, nil, nil) }

// watchOver is watch over connections that dial makes; nil for the usual ones. A nil config is a model of all parts without rechecks.
func watchOver(t *testing.T, s server, config *live.Config, dial func(ctx context.Context, network, addr string) (net.Conn, error)) watched {
	t.Helper()
	return watchBy(t, s, connectTo(t, s, dial), config)
}

// watchBy is watch by a session.
func watchBy(t *testing.T, s server, session ami.Session, config *live.Config) watched {
	t.Helper()
	if config == nil {
		config = &live.Config{Recheck: -1}
	}
	model, err := live.Watch(t.Context(), session, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = model.Close() })
	for _, part := range model.Parts() {
		if !part.Complete && !lacks(s, part.Name) {
			t.Errorf("Parts: %v", part)
		}
	}
	return watched{t: t, server: s, model: model, other: connectTo(t, s, nil)}
}

func connectTo(t *testing.T, s server, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *ami.Client {
	t.Helper()
	if dial == nil {
		dial = dialer(s)
	}
	user := s.User("all")
	client, err := ami.Connect(t.Context(), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret, Dial: dial,
		RetryMin: 50 * time.Millisecond, RetryMax: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// lacks reports whether a server has nothing of a part: the lab's 16 has no voicemail.
func lacks(s server, part live.PartName) bool {
	if _, ok := s.(simulated); ok {
		return slices.Contains(simulatedLacks, part)
	}
	return s.Version() == lab.V16 && part == live.PartMailboxes
}

// onBoth runs a test on the shared server of every version, at once.
func onBoth(t *testing.T, test func(t *testing.T, s *lab.Server)) {
	t.Helper()
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			test(t, lab.Shared(t, v))
		})
	}
}

// channelLine is what events must keep true of a channel.
func channelLine(name, id, linked, state, num, cname, cnum, ccname, account, bridge, place string) string {
	return strings.Join([]string{id, name, linked, state, num, cname, cnum, ccname, account, bridge, place}, "|")
}

// listed is what another connection lists: channels, bridges, devices, hints and agents, a line each.
func (w watched) listed(ctx context.Context) (lines []string) {
	w.t.Helper()
	lines, _, err := w.lists(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return lines
}

func (w watched) lists(ctx context.Context) (lines []string, n int, err error) {
	channels, err := ami.List(ctx, w.other, action.CoreShowChannels{})
	if err != nil {
		return nil, 0, err
	}
	bridges, err := w.other.Do(ctx, action.BridgeList{})
	if err != nil {
		return nil, 0, err
	}
	if lines, err = w.states(ctx); err != nil {
		return nil, 0, err
	}
	for _, c := range channels {
		lines = append(lines, channelLine(c.Channel, c.UniqueID, c.LinkedID, c.ChannelState.String(), c.CallerIDNum, c.CallerIDName,
			c.ConnectedLineNum, c.ConnectedLineName, c.AccountCode, c.BridgeID, fmt.Sprint(c.Context, " ", c.Exten, " ", c.Priority)))
	}
	for _, item := range bridges.Events {
		if b, ok := item.(event.BridgeListItem); ok {
			lines = append(lines, "bridge "+b.BridgeUniqueID+" "+b.BridgeType+" "+b.BridgeCreator+" "+b.BridgeName)
		}
	}
	slices.Sort(lines)
	return lines, len(channels), nil
}

// shown is the same by the model.
func (w watched) shown() (lines []string) {
	view := w.model.View()
	lines = w.shownStates(view)
	for c := range view.Channels() {
		place := fmt.Sprint(c.Context, " ", c.Exten, " ", c.Priority)
		if c.Doubtful { // an answer is to come
			place += " doubtful"
		}
		lines = append(lines, channelLine(c.Name, c.UniqueID, c.LinkedID, c.State.String(), c.CallerIDNum, c.CallerIDName,
			c.ConnectedLineNum, c.ConnectedLineName, c.AccountCode, c.BridgeID, place))
	}
	for b := range view.Bridges() {
		lines = append(lines, "bridge "+b.ID+" "+b.Type+" "+b.Creator+" "+b.Name)
	}
	slices.Sort(lines)
	return lines
}

// agrees waits until the model is what the other connection lists, with so many channels; a negative number is any.
func (w watched) agrees(what string, channels int) {
	w.t.Helper()
	if err := w.awaitAgreement(what, func(listed, _ int) bool { return channels < 0 || listed == channels }); err != nil {
		w.fatal(err)
	}
}

// fatal ends the test: as failed, or, if Asterisk has not survived what was done to it, as skipped, for that tells nothing of the model.
func (w watched) fatal(why ...any) {
	w.t.Helper()
	if s, ok := w.server.(*lab.Server); ok && s.Died(5*time.Second) {
		w.t.Skip(append([]any{"Asterisk has crashed: "}, why...)...)
	}
	w.t.Fatal(why...)
}

// errNoList is that Asterisk does not list any more.
var errNoList = errors.New("no list of channels comes from Asterisk")

// awaitAgreement waits until the model is what the other connection lists, and so many channels may be listed after so many times.
func (w watched) awaitAgreement(what string, so func(listed, times int) bool) error {
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for times := 1; ; times++ {
		listing, cancel := context.WithTimeout(w.t.Context(), patience/3)
		want, n, err := w.lists(listing)
		cancel()
		if err != nil {
			return fmt.Errorf("%s: %w: %w", what, errNoList, err)
		}
		got := w.shown()
		if slices.Equal(want, got) && so(n, times) {
			return nil
		}
		differ := fmt.Sprintf("%s: the model alone has\n%s\nand the lists alone (of %d channels)\n%s", what, strings.Join(lacking(got, want), "\n"), n,
			strings.Join(lacking(want, got), "\n"))
		if times == 200 {
			w.t.Log(differ)
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return errors.New(differ)
		}
	}
}

// lacking is what some lines have that others lack.
func lacking(some, others []string) []string {
	return slices.DeleteFunc(slices.Clone(some), func(line string) bool { return slices.Contains(others, line) })
}
