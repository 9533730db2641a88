package live_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// connectAs logs in as a user of the lab.
func connectAs(t *testing.T, s *lab.Server, name string, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *ami.Client {
	t.Helper()
	user := s.User(name)
	client, err := ami.Connect(t.Context(), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret, Dial: dial})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// Which reloads Asterisk tells of: those of a module by name and those of all, and not those by the commands of the modules.
func liveReloads(t *testing.T, s *lab.Server) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	client := connectAs(t, s, "all", nil)
	sub := connectAs(t, s, "nocall", nil).Subscribe(event.Of[event.Reload](), nil) // read=system,user
	defer sub.Close()
	for _, command := range []string{"dialplan reload", "queue reload all", "manager reload", "voicemail reload"} { // the last is none of 16's
		_, _ = ami.Command(ctx, client, command)
	}
	_, _ = client.Do(ctx, action.QueueReload{})
	for _, command := range []string{"module reload pbx_config.so", "module reload nosuch.so", "core reload"} {
		if _, err := ami.Command(ctx, client, command); err != nil && !strings.Contains(command, "nosuch") {
			t.Fatal(err)
		}
	}
	for _, module := range []string{"pbx_config", "nosuch", ""} {
		if _, err := client.Do(ctx, action.Reload{Module: module}); err != nil && module != "nosuch" {
			t.Fatal(err)
		}
	}
	want := []string{"pbx_config.so 0", "nosuch.so 2", "All 0", "pbx_config 0", "nosuch 2", "All 0"}
	var got []string
	for len(got) < len(want) {
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("after the reloads %q: %v", got, err)
		}
		if e, ok := ev.(event.Reload); ok {
			got = append(got, fmt.Sprint(e.Module, " ", e.Status))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the reloads are %q, want %q", got, want)
	}
}

// Who may not hear of reloads is told so. Hints of a reload come all the same.
func liveWithoutSystem(t *testing.T, s *lab.Server) {
	m, err := live.Watch(t.Context(), connectAs(t, s, "nosystem", nil), &live.Config{Parts: []live.PartName{live.PartExtensions, live.PartContacts}, Recheck: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for name, want := range map[live.PartName]string{live.PartExtensions: "without read=system nobody tells of reloads", live.PartContacts: "needs read=system"} {
		if p := partOf(m, name); !strings.Contains(p.String(), want) || p.Absent != (name == live.PartContacts) {
			t.Errorf("Parts: %v, want %q", p, want)
		}
	}
	changes := m.Subscribe(nil)
	defer changes.Close()
	was := contentOf(t, s, "extensions.conf")
	for _, hints := range []string{"\n[hints]\nexten => 710,hint,Custom:a\nexten => 711,hint,Custom:a\n", "\n[hints]\nexten => 711,hint,Custom:a\n"} {
		reconfigured(t, s, "extensions.conf", was, hints)
		if _, err := connectAs(t, s, "all", nil).Do(t.Context(), action.Reload{Module: "pbx_config"}); err != nil {
			t.Fatal(err)
		}
		there := strings.Contains(hints, "710")
		becomes(t, changes, "710", func(c live.Changed[live.Extension]) bool {
			return c.After.Exten == "710" && c.After.Hint == "Custom:a" && (c.Kind != live.KindRemoved) == there
		})
	}
	reconfigured(t, s, "extensions.conf", was, "")
}

// What happens while the connection is away is there afterwards, and nothing that has gone.
func livePartsOverCuts(t *testing.T, s *lab.Server) {
	var mu sync.Mutex
	var wire net.Conn
	var barred chan struct{} // no connection is made until it is closed
	w := watchOver(t, s, &live.Config{Parts: []live.PartName{live.PartExtensions, live.PartContacts, live.PartAgents, live.PartDevices}, Recheck: -1},
		func(ctx context.Context, network, addr string) (net.Conn, error) {
			mu.Lock()
			bar := barred
			mu.Unlock()
			if bar != nil {
				select {
				case <-bar:
				case <-ctx.Done():
				}
			}
			conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			mu.Lock()
			defer mu.Unlock()
			wire = conn
			return conn, err
		})
	m := mirrorOf(w.model)
	changes := w.model.Subscribe(nil)
	defer changes.Close()
	phone := openPhone(t)
	away := func(what func()) {
		t.Helper()
		bar := make(chan struct{})
		mu.Lock()
		barred = bar
		_ = wire.Close()
		mu.Unlock()
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			barred = nil
			close(bar)
		}()
		what()
	}
	was := contentOf(t, s, "extensions.conf")
	reload := func(hints string) {
		reconfigured(t, s, "extensions.conf", was, hints)
		if _, err := ami.Command(t.Context(), w.other, "dialplan reload"); err != nil {
			t.Fatal(err)
		}
	}
	var agent string
	compare := func(what string) {
		t.Helper()
		w.same(what, func(v *live.View) (lines []string) {
			for d := range v.Devices() {
				lines = append(lines, d.String())
			}
			for x := range v.Extensions() {
				lines = append(lines, x.String())
			}
			for a := range v.Agents() {
				lines = append(lines, a.String())
			}
			for c := range v.Contacts() {
				if c.AOR == "302" {
					lines = append(lines, c.AOR+c.URI+c.UserAgent)
				}
			}
			return lines
		}, func(ctx context.Context) (lines []string) {
			lines = items(w, ctx, action.DeviceStateList{}, func(e event.DeviceStateChange) string {
				d := live.Device{Name: e.Device, State: e.State}
				return d.String()
			})
			lines = append(lines, items(w, ctx, action.ExtensionStateList{}, func(e event.ExtensionStatus) string {
				x := live.Extension{Exten: e.Exten, Context: e.Context, Hint: e.Hint, StatusText: e.StatusText}
				return x.String()
			})...)
			lines = append(lines, items(w, ctx, action.Agents{}, func(e event.Agents) string {
				a := live.Agent{Agent: e.Agent, Name: e.Name, Status: e.Status, Channel: e.Channel}
				return a.String()
			})...)
			for _, line := range items(w, ctx, action.PJSIPShowRegistrationInboundContactStatuses{}, func(e event.ContactStatusDetail) string { return e.AOR + e.URI + e.UserAgent }) {
				if strings.HasPrefix(line, "302") {
					lines = append(lines, line)
				}
			}
			return lines
		})
	}
	away(func() {
		w.set("a", "INUSE")
		reload("\n[hints]\nexten => 720,hint,Custom:a\nexten => 721,hint,Custom:a\n")
		phone.register(t, s, "302", 60, "phone/1")
		agent = w.originate(t.Context(), "login")
	})
	becomes(t, changes, "the agent", func(c live.Changed[live.Agent]) bool { return c.After.UniqueID == agent && c.Synthetic })
	compare("after things that began")
	away(func() {
		w.set("a", "NOT_INUSE")
		reload("")
		phone.register(t, s, "302", 0, "phone/1")
		w.do(action.Hangup{Channel: agent})
	})
	becomes(t, changes, "the hint", func(c live.Changed[live.Extension]) bool {
		return c.After.Exten == "720" && c.Kind == live.KindRemoved && c.Synthetic
	})
	compare("after their end")
	m.compare(t, w.model)
}
