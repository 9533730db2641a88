package ami

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Report is what [Check] found out about a login.
type Report struct {
	// User is the name of the login; empty when the session does not tell.
	User    string
	Version asterisk.Version
	// Actions are the names of all actions that the user may run on this
	// server, sorted.
	Actions []string
	// Events says for each class whether its events reach the session.
	Events []ClassReport
	// Problems says, in words, what will not work for lack of rights.
	Problems []string
}

// ClassReport is what is known of a class of events.
type ClassReport struct {
	Class    action.Class
	Readable Readable
	Evidence string // what this was learnt from
}

// Readable says whether the events of a class reach a session.
type Readable string

// Whether events of a class come: without evidence either way, nobody knows.
const (
	ReadableYes     Readable = "yes"
	ReadableNo      Readable = "no"
	ReadableUnknown Readable = "unknown"
)

// May reports whether the user may run the named action on this server.
func (r *Report) May(name string) bool {
	return slices.ContainsFunc(r.Actions, func(action string) bool { return strings.EqualFold(action, name) })
}

// Reads reports whether events of the class are known to come.
func (r *Report) Reads(class action.Class) bool {
	return slices.ContainsFunc(r.Events, func(c ClassReport) bool { return c.Class == class && c.Readable == ReadableYes })
}

// String is the report as a text for an operator.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Asterisk %s, user %s: %d actions\n", show.Text(r.Version.String()), r.User, len(r.Actions))
	for _, c := range r.Events {
		fmt.Fprintf(&b, "  events of class %-10s %-8s %s\n", c.Class.String()+":", c.Readable, c.Evidence)
	}
	for _, problem := range r.Problems {
		fmt.Fprintf(&b, "  problem: %s\n", problem)
	}
	return b.String()
}

// Check is the doctor: it finds out what the user of a session may do and
// hear, and what therefore can't work. It asks for the list of actions and,
// where it may, for the user's rights; else it sends a UserEvent named
// asterisk-go-check, sets and unsets the global variable ASTERISK_GO_CHECK,
// and listens to what passes by. It changes nothing else, and takes a second
// or two.
func Check(ctx context.Context, s Session) (*Report, error) {
	list, err := s.Do(ctx, action.ListCommands{})
	if err != nil {
		return nil, fmt.Errorf("ami: check: %w", err)
	}
	d := doctor{session: s, report: &Report{}}
	for key := range list.Fields.All() {
		if key != "Response" && key != "ActionID" && key != "Message" {
			d.report.Actions = append(d.report.Actions, key)
		}
	}
	slices.Sort(d.report.Actions)
	if err := d.identify(ctx); err != nil {
		return nil, fmt.Errorf("ami: check: %w", err)
	}
	if err := d.examine(ctx); err != nil {
		return nil, fmt.Errorf("ami: check: %w", err)
	}
	d.diagnose()
	return d.report, nil
}

type doctor struct {
	session Session
	report  *Report
	mask    func(action.Class) bool // Config.EventMask
	booted  func() (yes, known bool)
}

// identify learns who and what this is, as far as the session tells.
func (d *doctor) identify(ctx context.Context) error {
	d.mask = func(action.Class) bool { return true }
	d.booted = func() (bool, bool) { return false, false }
	sub := d.session.Subscribe(event.Named(checkName), nil) // knows its session, whatever that is wrapped in
	defer sub.Close()
	if of, ok := session.Of(sub); ok {
		id, err := of.Identify(ctx)
		if err != nil {
			return err
		}
		d.report.User, d.report.Version, d.mask = id.User, id.Version, id.EventMask.Reads
		d.booted = func() (bool, bool) { return id.Booted, id.Booted || id.AwaitBoot }
		return nil
	}
	if settings, err := Ask(ctx, d.session, action.CoreSettings{}); err == nil {
		d.report.Version = settings.Version
	}
	return nil
}

// examine fills in the classes, from the surest evidence to the weakest.
func (d *doctor) examine(ctx context.Context) error {
	rights, told := d.rights(ctx)
	var seen map[action.Class]string
	var tried action.Class
	if !told {
		var err error
		if seen, tried, err = d.listen(ctx); err != nil {
			return err
		}
	}
	for _, class := range action.ClassAll.Classes() {
		c := ClassReport{Class: class, Readable: ReadableUnknown, Evidence: "nothing of this class has passed by"}
		switch evidence, passed := seen[class]; {
		case !d.mask(class):
			c.Readable, c.Evidence = ReadableNo, "Config.EventMask leaves it out"
		case told && rights&class != 0:
			c.Readable, c.Evidence = ReadableYes, "read= of the user, by the CLI"
		case told:
			c.Readable, c.Evidence = ReadableNo, "read= of the user, by the CLI"
		case passed:
			c.Readable, c.Evidence = ReadableYes, evidence
		case tried&class != 0:
			c.Readable, c.Evidence = ReadableNo, "an event that was provoked did not come"
		}
		d.report.Events = append(d.report.Events, c)
	}
	return nil
}

// rights reads what the CLI says of the user's read=.
func (d *doctor) rights(ctx context.Context) (rights action.Class, told bool) {
	if d.report.User == "" || !d.report.May("Command") {
		return 0, false
	}
	lines, err := Command(ctx, d.session, "manager show user "+d.report.User)
	if err != nil {
		return 0, false
	}
	for _, line := range lines {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if key != "read perm" {
			continue
		}
		for name := range strings.SplitSeq(strings.TrimSpace(value), ",") {
			if name == "all" {
				rights = action.ClassAll
			}
			rights |= action.ParseClass(name)
		}
		return rights, true
	}
	return 0, false
}

const checkName = "asterisk-go-check"

// listen provokes the events that do no harm and notes what passes by. It
// returns the classes seen, and those of which an event was provoked.
func (d *doctor) listen(ctx context.Context) (seen map[action.Class]string, tried action.Class, err error) {
	seen = make(map[action.Class]string)
	if booted, known := d.booted(); booted {
		seen[action.ClassSystem] = "FullyBooted at the login"
	} else if known {
		tried |= action.ClassSystem
	}
	sub := d.session.Subscribe(event.Filter{}, nil)
	defer sub.Close()
	provoke := func(class action.Class, actions ...action.Action) {
		for _, a := range actions {
			if err == nil && d.report.May(a.ActionName()) {
				_, err = d.session.Do(ctx, a)
				tried |= class
			}
		}
	}
	provoke(action.ClassUser, action.UserEvent{UserEvent: checkName})
	provoke(action.ClassDialplan,
		action.Setvar{Variable: "ASTERISK_GO_CHECK", Value: "1"},
		action.Setvar{Variable: "ASTERISK_GO_CHECK"})
	if err != nil {
		return nil, 0, err
	}
	listening, cancel := context.WithTimeout(ctx, listenFor)
	defer cancel()
	for ev := range sub.All(listening) {
		for name := range strings.SplitSeq(ev.Fields().Get("Privilege"), ",") {
			if class := action.ParseClass(name); class != 0 && seen[class] == "" {
				seen[class] = ev.EventName() + " passed by"
			}
		}
	}
	return seen, tried, session.Ended(ctx)
}

const listenFor = time.Second

// diagnose says what can't work.
func (d *doctor) diagnose() {
	say := func(text string) { d.report.Problems = append(d.report.Problems, text) }
	for _, c := range d.report.Events {
		if consequence := deafness[c.Class]; consequence != "" && c.Readable == ReadableNo {
			say(fmt.Sprintf("without read=%s %s", c.Class, consequence))
		}
	}
	for _, p := range paralysis {
		if spec, _ := action.Lookup(p.action); !d.report.May(p.action) {
			say(fmt.Sprintf("without write=%s %s (action %s)", strings.ReplaceAll(spec.Class.String(), ",", " or "), p.consequence, p.action))
		}
	}
}

// deafness is what a program does not hear without a class of events.
var deafness = map[action.Class]string{
	action.ClassSystem:   "a shutdown looks like any lost connection, and the end of a boot is not told",
	action.ClassCall:     "no call is seen: no channels, no hangups, and the outcome of an Originate stays unknown",
	action.ClassUser:     "no UserEvent comes",
	action.ClassAGI:      "AsyncAGI can't work",
	action.ClassDialplan: "no variable is seen being set, and no extension being run",
	action.ClassAgent:    "queues and their members are not seen changing",
	action.ClassCDR:      "no call detail record comes",
	action.ClassDTMF:     "no digit is seen",
	action.ClassSecurity: "no failed login is seen",
}

// paralysis is what a program can't do without an action.
var paralysis = []struct{ action, consequence string }{
	{"Originate", "no call can be begun"},
	{"CoreSettings", "the version is guessed from the banner"},
	{"CoreShowChannels", "channels can't be listed, and there is no snapshot of them"},
	{"Status", "a call can't be looked up after a lost connection"},
	{"Hangup", "no call can be ended"},
	{"Redirect", "no call can be sent elsewhere"},
	{"Command", "no command of the CLI can be run"},
	{"UserEvent", "no UserEvent can be sent"},
	{"AGI", "AsyncAGI can't work"},
}
