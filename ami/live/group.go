package live

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/ended"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Group is the models of several servers, by the names that their Config.Server gives them. Uniqueids, and the
// names of channels and queues, repeat between servers, so an object is known by server and key. A server stays in the group,
// with its last View, while it is away, and after its model has ended. All methods are safe for concurrent use.
//
// A group watches nothing itself, and has nothing to close: the program makes a Model for each server, adds it, and closes it. It may
// do so as each server can be reached:
//
//	group := live.NewGroup("pbx1", "pbx2")
//	for name, address := range addresses {
//		go func() {
//			client, err := ami.Connect(ctx, address, &ami.Config{..., KeepTrying: true})
//			...
//			model, err := live.Watch(ctx, client, &live.Config{Server: name})
//			...
//			err = group.Add(model)
//		}()
//	}
type Group struct {
	mu      sync.Mutex        // guards all below
	models  map[string]*Model // nil for a server that is expected
	subs    map[*GroupSubscription]struct{}
	changed chan struct{} // closed, and made anew, when a server or a model comes or goes
}

// NewGroup returns a group without models. The servers are those that are expected: they are in it from the start, so that
// one that can't be reached is not overlooked.
func NewGroup(servers ...string) *Group {
	g := &Group{models: make(map[string]*Model), subs: make(map[*GroupSubscription]struct{}), changed: make(chan struct{})}
	for _, name := range servers {
		g.models[name] = nil
	}
	return g
}

// Add adds a model, of a server that was expected or of another one, or in place of one with the same name that has ended. It is an
// error ([ami.ErrInvalid]) if a model of that name is there that has not ended.
func (g *Group) Add(m *Model) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	name := m.Server()
	if other := g.models[name]; other != nil && other != m && other.Err() == nil {
		return fmt.Errorf("live: group: %w: there is a model of the server %q", ami.ErrInvalid, name)
	} else if other == m {
		return nil
	}
	g.models[name] = m
	for s := range g.subs {
		s.follow(m)
	}
	g.change()
	return nil
}

// Remove takes a server out of the group. Its model, if there is one, goes on. A server that there is not is no error.
func (g *Group) Remove(server string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m, ok := g.models[server]
	if !ok {
		return
	}
	delete(g.models, server)
	for s := range g.subs {
		s.forget(server, g.server(server, m))
	}
	g.change()
}

func (g *Group) change() {
	close(g.changed)
	g.changed = make(chan struct{})
}

// Model returns the model of a server, which may have ended; false while there is none.
func (g *Group) Model(server string) (*Model, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.models[server]
	return m, m != nil
}

// Servers returns all servers of the group, by their names.
func (g *Group) Servers() []*Server {
	g.mu.Lock()
	defer g.mu.Unlock()
	var all []*Server
	for name, m := range g.models {
		all = append(all, g.server(name, m))
	}
	slices.SortFunc(all, func(a, b *Server) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// server is that of a model, or one that is expected.
func (*Group) server(name string, m *Model) *Server {
	if m == nil {
		return &Server{Name: name, State: ServerExpected}
	}
	return m.View().Server()
}

// Views returns the View of each server that has a model, by its name. Each is of one moment, and they are not of the same one.
func (g *Group) Views() map[string]*View {
	g.mu.Lock()
	defer g.mu.Unlock()
	views := make(map[string]*View)
	for name, m := range g.models {
		if m != nil {
			views[name] = m.View()
		}
	}
	return views
}

// Wait returns the Call of a channel of a server: see [Model.Wait], whose errors it has. For a server that is expected
// it waits until its model was added, too. A server that the group does not have is an [ami.ErrInvalid].
//
// What a FastAGI handler knows of the server is in the URL, as agi://10.0.0.5/ivr/pbx1, which "/ivr/{server}" of fastagi.Mux takes
// apart; the dialplan of each server names its own. Who can connect can say so of any, since AGI has no passwords. Where that
// matters take the peer's address, by ConnContext of fastagi.Server.
func (g *Group) Wait(ctx context.Context, server, uniqueID string) (*Call, error) {
	if err := checkID(uniqueID); err != nil {
		return nil, err
	}
	for {
		g.mu.Lock()
		m, ok := g.models[server]
		changed := g.changed
		g.mu.Unlock()
		switch {
		case !ok:
			return nil, fmt.Errorf("live: group: %w: there is no server %s", ami.ErrInvalid, show.Text(server))
		case m != nil:
			return m.Wait(ctx, uniqueID)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ended.Error(ctx)
		}
	}
}
