package ami_test

import (
	"sync"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// directory answers what is asked about channels.
type directory struct {
	mu       sync.Mutex // guards all below
	channels map[string]known
	asked    int
}

// known is a channel in a directory.
type known struct{ id, state string }

func (d *directory) set(name, id, state string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.channels == nil {
		d.channels = make(map[string]known)
	}
	d.channels[name] = known{id, state}
}

func (d *directory) remove(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.channels, name)
}

// find finds a channel by name or Uniqueid, as Asterisk does.
func (d *directory) find(which string) (name string, c known, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked++
	if c, ok = d.channels[which]; ok {
		return which, c, true
	}
	for name, c = range d.channels {
		if c.id == which {
			return name, c, true
		}
	}
	return "", known{}, false
}

func (d *directory) handle(p *amitest.Peer) {
	p.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) {
		_, c, ok := d.find(a.Get("Channel"))
		switch {
		case !ok:
			p.Error(a, "No such channel")
		case a.Get("Variable") == "CHANNEL(checkhangup)":
			p.Success(a, "Variable", a.Get("Variable"), "Value", "0")
		default:
			p.Success(a, "Variable", a.Get("Variable"), "Value", c.id)
		}
	})
	p.Handle("Status", func(p *amitest.Peer, a amitest.Action) {
		name, c, ok := d.find(a.Get("Channel"))
		if !ok {
			p.Error(a, "No such channel")
			return
		}
		p.List(a, "StatusComplete", []string{"Event", "Status", "Privilege", "Call", "Channel", name, "ChannelState", c.state, "Uniqueid", c.id})
	})
}
