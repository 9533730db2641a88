package browser_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/examples/screenpop/app"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/sipua/centre"
)

// password is everybody's.
const password = "a password for tests"

// patience is how long what people do may take to be seen: much longer than on the slowest machine.
const patience = 40 * time.Second

// office is a call centre on a real Asterisk, the screen-pop in front of it, and a Chromium.
type office struct {
	t *testing.T // the whole of it

	*centre.Centre
	server *lab.Server
	client *ami.Client // sees what Asterisk does, beside the screen-pop

	config app.Config
	url    string
	stop   func() // ends the screen-pop

	chromium context.Context
	pages    map[string]*page // by user
}

// users are Ann (101) and Ben (102), who see nothing of each other, Chloe (103), who may take calls that ring at Ann's, and Frida (100), the
// supervisor.
func users() []app.User {
	return []app.User{
		{ID: "ann", Name: "Ann Lindqvist", Role: app.RoleAgent, Devices: []string{"PJSIP/101"}, Queues: []string{"sales"}, Password: password},
		{ID: "ben", Name: "Ben Carter", Role: app.RoleAgent, Devices: []string{"PJSIP/102"}, Password: password},
		{ID: "chloe", Name: "Chloe Martin", Role: app.RoleAgent, Devices: []string{"PJSIP/103"}, Queues: []string{"sales", "support"},
			Team: []string{"PJSIP/101"}, Password: password},
		{ID: "frida", Name: "Frida Sommer", Role: app.RoleSupervisor, Devices: []string{"PJSIP/100"}, Queues: []string{"*"}, Team: []string{"*"}, Password: password},
	}
}

// dialplan has one number for two phones, and one of Ben's, whose phone rings for a few seconds alone.
const dialplan = `
[trunk](+)
exten => +12025550120,1,Dial(PJSIP/101&PJSIP/102,60)
 same => n,Hangup()
exten => +12025550121,1,Dial(PJSIP/102,8)
 same => n,Hangup()
`

// open starts an office. Adjust changes the screen-pop; nil leaves it. Phones ring for a minute, in which their users look at pages,
// also on a busy machine.
func open(t *testing.T, v lab.Version, adjust func(*app.Config)) *office {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	c, err := centre.New(&centre.Options{Ring: 60})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	c.Config().Append["extensions.conf"] += dialplan
	o := &office{t: t, Centre: c, server: lab.Start(t, v, c.Config()), pages: make(map[string]*page)}
	if err := c.Open(ctx, o.server); err != nil {
		t.Fatal(err)
	}
	all := o.server.User("all")
	if o.client, err = ami.Connect(ctx, o.server.AMI(), &ami.Config{Username: all.Name, Secret: all.Secret}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.client.Close() })
	o.config = o.screenpop(t)
	if adjust != nil {
		adjust(&o.config)
	}
	o.start(t)
	t.Cleanup(func() { o.stop() })
	o.chromium = browse(t)
	return o
}

// screenpop is how the screen-pop of the office's server is made.
func (o *office) screenpop(t *testing.T) app.Config {
	login := o.server.User(centre.Login)
	return screenpopAt(t, app.PBX{Address: o.server.AMI(), Username: login.Name, Secret: login.Secret})
}

// screenpopAt is how one is made. Its database is a file, so that it knows who is signed in when it is started again.
func screenpopAt(t *testing.T, pbx app.PBX) app.Config {
	pbx.Context, pbx.Outside, pbx.CanAnswer = "office", []string{"PJSIP/outside"}, []string{"PJSIP/101"}
	return app.Config{
		PBX: pbx, Users: users(), Data: filepath.Join(t.TempDir(), "screenpop.db"), Samples: true, Listen: "127.0.0.1:0",
		Dial: []string{"10X", "+X."}, Numbers: app.Numbers{Country: "1"}, CustomerURL: "https://crm.example.com/find?phone={number}",
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
}

// start runs the screen-pop until stop is called: at a free port, and once more at the same one.
func (o *office) start(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	started, ended := make(chan string, 1), make(chan error, 1)
	config := o.config
	config.Started = func(url string, _ []app.SignIn) { started <- url }
	// Ends with ctx; stop waits for it.
	go func() { ended <- app.Run(ctx, config) }()
	stopped := false
	o.stop = func() {
		if cancel(); stopped {
			return
		}
		stopped = true
		if err := <-ended; err != nil {
			t.Errorf("the screen-pop: %v", err)
		}
	}
	select {
	case o.url = <-started:
		o.config.Listen = strings.TrimPrefix(o.url, "http://")
	case err := <-ended:
		stopped = true
		t.Fatalf("the screen-pop does not start: %v", err)
	}
}

// browse starts a Chromium.
func browse(t *testing.T) context.Context {
	t.Helper()
	// The allocator's context has no end of its own: chromedp ends the browser's connection with it.
	allocated, release := remote.NewAllocator(context.Background(), lab.Browser(t), remote.NoModifyURL)
	t.Cleanup(release)
	ctx, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium: %v", err)
	}
	return ctx
}

// user opens the page of a user, who signs in, or returns the one that is open.
func (o *office) user(t *testing.T, id string) *user {
	t.Helper()
	p := o.pages[id]
	if p == nil {
		var err error
		if p, err = o.newPage(); err != nil {
			t.Fatalf("new tab: %v", err)
		}
		o.pages[id] = p
		u := &user{page: p, t: t, id: id}
		u.visit(o.url)
		u.signIn(password)
		return u
	}
	return &user{page: p, t: t, id: id}
}
