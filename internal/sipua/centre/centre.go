// Package centre is a small call centre on one of the lab's servers: a menu over FastAGI, two queues, agents with SIP
// phones, and customers who call from outside. Tests use the phones themselves; for the demo, [Centre.Play] has people
// do at them what people do.
package centre

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"text/template"

	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/callcentre"
	"github.com/asterisk-go/asterisk-go/internal/callcentre/menu"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua"
)

// etc is what the centre adds to the server's configuration, as templates of settings.
//
//go:embed etc/*.conf
var etc embed.FS

// Login is the manager user for a page: it has the rights that examples/screenpop asks for, and no others.
const Login = "screenpop"

// outsideIP is where calls from outside come from, on all servers: each has another port.
const outsideIP = "127.1.0.9"

// Centre is a call centre. Its methods may be called from several goroutines after Open.
type Centre struct {
	config  *lab.Config
	menu    *fastagi.Server
	serving sync.WaitGroup

	conn    net.PacketConn // of outside, until Open
	outside *sipua.Phone
	phones  map[string]*sipua.Phone // by number
}

// Options adjusts a centre; nil is the default.
type Options struct {
	Wrapup int          // seconds that members of queues have after each call
	Ring   int          // seconds that an agent's phone rings at most; 0 means 25, and 12 for calls of a queue
	Log    *slog.Logger // of the menu; nil logs nothing
}

// New makes a centre, whose server is started with Config and given to Open.
func New(options *Options) (*Centre, error) {
	if options == nil {
		options = new(Options)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("centre: menu: %w", err)
	}
	conn, err := net.ListenPacket("udp4", outsideIP+":0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("centre: outside: %w", err), listener.Close())
	}
	c := &Centre{conn: conn, menu: menu.New(options.Log), phones: make(map[string]*sipua.Phone)}
	c.config, err = configure(settings{
		Agents: callcentre.Agents(), Queues: callcentre.Queues(), Outside: conn.LocalAddr().String(), OutsideIP: outsideIP,
		Wrapup: options.Wrapup, QueueRing: cmp.Or(options.Ring, 12),
	}, callcentre.Settings{Menu: "agi://" + listener.Addr().String() + "/menu", Ring: cmp.Or(options.Ring, 25)})
	if err != nil {
		return nil, errors.Join(err, listener.Close(), conn.Close())
	}
	c.config.Users = []lab.User{{Name: Login, Read: "call,agent,dialplan,reporting", Write: "call,agent,originate,reporting,system"}}
	// Ends with the server, in Close.
	c.serving.Go(func() { _ = c.menu.Serve(listener) })
	return c, nil
}

// configure renders the configuration.
func configure(set settings, plan callcentre.Settings) (*lab.Config, error) {
	all, err := template.ParseFS(etc, "etc/*.conf")
	if err != nil {
		return nil, fmt.Errorf("centre: %w", err)
	}
	config := &lab.Config{Append: make(map[string]string), Files: make(map[string]string)}
	for _, agent := range set.Agents {
		if agent.Number > "102" { // the others every server has
			config.Phones = append(config.Phones, agent.Number)
		}
	}
	for _, file := range all.Templates() {
		var text strings.Builder
		if err := file.Execute(&text, set); err != nil {
			return nil, fmt.Errorf("centre: %w", err)
		}
		config.Append[file.Name()] = text.String()
	}
	const queues = "queues.conf" // the lab's has a queue of the same name, which would be the one that counts
	config.Files[queues] = config.Append[queues]
	delete(config.Append, queues)
	config.Append["extensions.conf"], err = callcentre.Dialplan(plan)
	return config, err
}

// Config is how the server has to be started.
func (c *Centre) Config() *lab.Config { return c.config }

// Open gives everybody a phone, and registers those of the agents.
func (c *Centre) Open(ctx context.Context, s *lab.Server) error {
	var err error
	if c.outside, err = sipua.New(c.conn, s.SIP(), "outside"); err != nil {
		return err
	}
	c.conn = nil
	for _, agent := range callcentre.Agents() {
		phone, err := sipua.New(nil, s.SIP(), agent.Number)
		if err != nil {
			return err
		}
		c.phones[agent.Number] = phone
	}
	return c.Register(ctx)
}

// Register registers the phones of the agents: once more after ten minutes at the latest, and when the server was started anew.
func (c *Centre) Register(ctx context.Context) error {
	for _, phone := range c.phones {
		if err := phone.Register(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Phone is that of an agent.
func (c *Centre) Phone(number string) *sipua.Phone { return c.phones[number] }

// Outside is where all customers call from, by DialFrom, and where they are called.
func (c *Centre) Outside() *sipua.Phone { return c.outside }

// Close ends the phones and the menu. The server is its owner's.
func (c *Centre) Close() error {
	for _, phone := range c.phones {
		phone.Close()
	}
	if c.outside != nil {
		c.outside.Close()
	}
	err := c.menu.Close()
	c.serving.Wait()
	if c.conn != nil {
		err = errors.Join(err, c.conn.Close())
	}
	return err
}
