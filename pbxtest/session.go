package pbxtest

import (
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/manager"
)

// session is one connection to the manager.
type session struct {
	pbx    *PBX
	conn   net.Conn
	number int
	done   chan struct{} // closed by cut
	end    func()        // closes it, once

	// What follows is guarded by the PBX's mutex.
	user      *user // nil before the login
	challenge string
	mask      manager.Mask
	filters   manager.Filters
	waiting   bool   // an action runs that takes time: events wait for its end
	held      []byte // those events

	mu      sync.Mutex // guards what follows
	out     []byte     // to be written
	writing int        // bytes that are being written
	kept    int        // bytes that a client of AJAM has not asked for
	change  *sync.Cond // on mu, of what follows it and of out
	over    bool       // nothing is added any more, and what there is will be written
	still   bool       // nothing is written
	budget  int        // bytes until the cut; negative for none
}

func newSession(p *PBX, conn net.Conn, number int) (*session, error) {
	s := &session{pbx: p, conn: conn, number: number, done: make(chan struct{}), budget: -1}
	s.change = sync.NewCond(&s.mu)
	s.end = sync.OnceFunc(func() { close(s.done) })
	s.append([]byte("Asterisk Call Manager/" + banner(p.config.Version) + "\r\n"))
	return s, conn.SetReadDeadline(time.Now().Add(p.config.Limits.AuthTimeout))
}

// read takes actions until the connection ends.
func (s *session) read() {
	defer s.forget()
	input := manager.NewReader(s.conn)
	for {
		s.awaitRoom()
		a, fault, err := input.Next()
		if err != nil {
			return
		}
		if fault != "" {
			s.pbx.do(func() { s.fail(a, fault) })
			continue
		}
		s.take(a)
	}
}

// take runs an action to its end.
func (s *session) take(a manager.Action) {
	var wait <-chan struct{}
	s.pbx.do(func() { wait = s.run(a) })
	if wait == nil {
		return
	}
	select {
	case <-wait:
	case <-s.done:
	}
}

func (s *session) forget() {
	s.cut()
	s.pbx.mu.Lock()
	defer s.pbx.mu.Unlock()
	delete(s.pbx.sessions, s)
	if s.user == nil {
		s.pbx.strangers--
	}
	s.empty()
}

// event adds an event that the session's user may have, and wants.
func (s *session) event(class manager.Mask, text []byte) {
	if s.user == nil || s.mask&class == 0 || !s.filters.Pass(text) {
		return
	}
	if s.waiting {
		s.hold(text)
		return
	}
	s.append(text)
}

// reply answers an action with one block.
func (s *session) reply(a manager.Action, fields ...string) {
	s.append(manager.AppendBlock(nil, a.Answer(fields...)...))
}

func (s *session) succeed(a manager.Action, fields ...string) {
	s.reply(a, append([]string{"Response", "Success"}, fields...)...)
}

func (s *session) fail(a manager.Action, message string) {
	s.reply(a, "Response", "Error", "Message", message)
}

// run answers an action, or says when it will have been answered.
func (s *session) run(a manager.Action) (wait <-chan struct{}) {
	name := strings.ToLower(a.Name())
	handler := handlers[name]
	switch {
	case s.user == nil && name != "login" && name != "challenge" && name != "logoff":
		s.fail(a, "Permission denied")
	case handler == nil:
		s.fail(a, "Invalid/unknown command: "+a.Name()+". Use Action: ListCommands to show available commands.")
	case s.user != nil && !s.mayRun(name):
		s.fail(a, "Permission denied")
	default:
		return handler(s, a)
	}
	return nil
}

func (s *session) mayRun(name string) bool {
	spec, _ := action.Lookup(name)
	return spec.Class == 0 || s.user.write&manager.Mask(spec.Class) != 0
}

// logIn is what Login does once the user is known.
func (s *session) logIn(a manager.Action, u *user) {
	s.pbx.strangers--
	s.user, s.mask = u, u.read
	_ = s.conn.SetReadDeadline(time.Time{}) // what has no deadline had none
	if mask, ok := manager.ParseMask(a.Get("Events")); ok {
		s.mask &= mask
	}
	for _, filter := range u.Filters {
		_ = s.filters.Add(filter) // those of Config are checked by New
	}
	s.succeed(a, "Message", "Authentication accepted")
	if s.mask&manager.System != 0 {
		up := strconv.Itoa(int(time.Since(s.pbx.began) / time.Second))
		s.append(manager.AppendBlock(nil, "Event", "FullyBooted", "Privilege", "system,all", "Uptime", up, "LastReload", up, "Status", "Fully Booted"))
	}
}

// properName is an action as Asterisk spells it.
func properName(name string) string {
	spec, _ := action.Lookup(name)
	return spec.Name
}

// privileges are the classes of an action, as ListCommands tells them.
func privileges(name string) string {
	spec, _ := action.Lookup(name)
	if spec.Class == 0 {
		return "<none>"
	}
	return spec.Class.String() + ",all"
}
