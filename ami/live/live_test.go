package live_test

import (
	"context"
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

const patience = 10 * time.Second

// watched is a model of a real server, and another connection to that.
type watched struct {
	t     *testing.T
	model *live.Model
	other *ami.Client
}

func watch(t *testing.T, s *lab.Server) watched { return watchOver(t, s, nil, nil) }

// watchOver is watch over connections that dial makes; nil for the usual ones. A nil config is a model of all parts without rechecks.
func watchOver(t *testing.T, s *lab.Server, config *live.Config, dial func(ctx context.Context, network, addr string) (net.Conn, error)) watched {
	t.Helper()
	connect := func(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *ami.Client {
		user := s.User("all")
		client, err := ami.Connect(t.Context(), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret, Dial: dial})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		return client
	}
	client := connect(dial)
	if config == nil {
		config = &live.Config{Recheck: -1}
	}
	model, err := live.Watch(t.Context(), client, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = model.Close() })
	for _, part := range model.Parts() {
		if !part.Complete {
			t.Errorf("Parts: %v", part)
		}
	}
	return watched{t, model, connect(nil)}
}

// channelLine is what events must keep true of a channel.
func channelLine(name, id, linked, state, num, cname, cnum, ccname, account, bridge, place string) string {
	return strings.Join([]string{id, name, linked, state, num, cname, cnum, ccname, account, bridge, place}, "|")
}

// listed is what another connection lists: channels and bridges, a line each.
func (w watched) listed(ctx context.Context) (lines []string) {
	w.t.Helper()
	channels, err := ami.List(ctx, w.other, action.CoreShowChannels{})
	if err != nil {
		w.t.Fatal(err)
	}
	bridges, err := w.other.Do(ctx, action.BridgeList{})
	if err != nil {
		w.t.Fatal(err)
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
	return lines
}

// shown is the same by the model.
func (w watched) shown() (lines []string) {
	view := w.model.View()
	for c := range view.Channels() {
		lines = append(lines, channelLine(c.Name, c.UniqueID, c.LinkedID, c.State.String(), c.CallerIDNum, c.CallerIDName,
			c.ConnectedLineNum, c.ConnectedLineName, c.AccountCode, c.BridgeID, fmt.Sprint(c.Context, " ", c.Exten, " ", c.Priority)))
	}
	for b := range view.Bridges() {
		lines = append(lines, "bridge "+b.ID+" "+b.Type+" "+b.Creator+" "+b.Name)
	}
	slices.Sort(lines)
	return lines
}

// agrees waits until the model is what the other connection lists, with so many channels.
func (w watched) agrees(what string, channels int) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	var want, got []string
	for {
		want, got = w.listed(ctx), w.shown()
		n := len(slices.DeleteFunc(slices.Clone(want), func(line string) bool { return strings.HasPrefix(line, "bridge ") }))
		if slices.Equal(want, got) && (channels < 0 || n == channels) {
			return
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			w.t.Fatalf("%s: the model has\n%s\nand the lists (%d channels, want %d)\n%s", what, strings.Join(got, "\n"), n, channels, strings.Join(want, "\n"))
		}
	}
}
