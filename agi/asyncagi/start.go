package asyncagi

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// eventDelay is how long the start of a channel may come after an answer that
// tells of it: events go through queues inside Asterisk.
const eventDelay = 500 * time.Millisecond

// start takes a channel that has entered AsyncAGI. Who it is says the
// environment: Asterisk encodes it, so no line break in a value cuts it or adds
// to what stands before the values of callers. The event around it must name
// the same channel.
func (m *manager) start(e event.AsyncAGIStart) {
	who, ok := whoBegins(e)
	if !ok || who.name != e.Channel {
		m.doubt(e.Channel)
		return
	}
	if m.startsAnew(who, e) {
		m.begin(who, e)
	}
}

// startsAnew reports whether no session lives that a start would end or take
// the name from. If one does, Asterisk is asked about that first: a stranger can
// write a whole start.
func (m *manager) startsAnew(who pair, e event.AsyncAGIStart) bool {
	for _, c := range m.calls.of(who) {
		if c.over() {
			continue
		}
		if c.suspectRestart(who, e) {
			m.ask(c)
		}
		return false
	}
	return true
}

// begin serves a channel, or turns it away.
func (m *manager) begin(who pair, e event.AsyncAGIStart) {
	c := newCall(m, who, e.Exten == "h")
	earlier := m.calls.add(c)
	if earlier != nil && earlier.left() {
		earlier.end(m.missedEnd(earlier, c))
	}
	if !m.open() {
		m.tasks.Go(func() { m.turnAway(c, e) }) // ends when Asterisk has taken the commands
		return
	}
	// Ends with the handler; serve waits for it.
	go func() {
		defer m.handlers.Done()
		m.serveCall(c, e)
	}()
}

// missedEnd is why a session ended whose channel has begun another: its end is
// being asked about, or was not told, as with the action Bridge.
func (m *manager) missedEnd(c, next *call) error {
	asked, moved := c.suspected()
	switch {
	case moved != nil:
		return moved
	case next.dying:
		return errHungUp
	case asked:
		return m.causeOf(c, elsewhere)
	}
	return errLeft
}

// firstKeys begin an environment, before the first value of a caller's
// (setup_env in res_agi.c). A line break in the name of a channel, as in that of
// Local/${EXTEN}@phones, makes them others.
var firstKeys = [...]string{"agi_request", "agi_channel", "agi_language", "agi_type", "agi_uniqueid", "agi_version", "agi_callerid"}

// whoBegins returns the channel of an environment, or of its first piece, if it
// begins as Asterisk begins one. The language stands before the Uniqueid, and
// may be a caller's text: the event, or all of the environment, must agree.
func whoBegins(e event.AsyncAGIStart) (who pair, ok bool) {
	text, err := e.DecodeEnv()
	if err != nil {
		return pair{}, false
	}
	id := e.UniqueID
	if id == "" { // it is in doubt
		id = agi.ParseEnv(text).UniqueID
	}
	for _, want := range firstKeys {
		var line string
		if line, text, ok = strings.Cut(text, "\n"); !ok {
			return pair{}, false
		}
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "agi_channel":
			who.name = value
		case "agi_uniqueid":
			who.id = value
		}
		if key != want {
			return pair{}, false
		}
	}
	return who, who.name != "" && who.id != "" && who.id == id
}

// doubt takes a start that can't be believed: a value in it has cut it, or all
// of it is one. The channel that it names may wait for commands.
func (m *manager) doubt(name string) {
	log := m.log.With("channel", name)
	first, room := m.starts.add(name)
	if !room && m.tooMany.add() {
		log.Error("asyncagi: a start with text of a caller in it, one of too many to ask about")
	}
	if !first {
		return
	}
	m.tasks.Go(func() { // ends when Asterisk has answered, or after askWithin, or with serve
		if m.starts.wait(m.asking) {
			m.handBack(name, log)
		}
		m.starts.remove(name)
	})
}

// handBack lets a channel go on in the dialplan whose start could not be
// believed, if it is in AsyncAGI, has no session, and is one that Accept takes.
func (m *manager) handBack(name string, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(m.asking, askWithin)
	defer cancel()
	var who pair
	for i := range 2 { // its real start may be about to come
		if i > 0 && !pause(ctx, eventDelay) {
			return
		}
		id, err := m.getvar(ctx, name, "CHANNEL(uniqueid)")
		var data string
		if who = (pair{name, id}); err == nil {
			data, err = m.getvar(ctx, id, applicationData)
		}
		if !inAsyncAGI(data) {
			// Each is logged, 20 a second at most: it may be of a call that is left waiting.
			log.Error("asyncagi: a start that is none, or with text of a caller in it", "error", err)
			return
		}
		if len(m.calls.of(who)) > 0 {
			if m.falseStarts.add() {
				log.Warn("asyncagi: another start of a channel that has a session, with text of a caller in it")
			}
			return
		}
	}
	log = log.With("uniqueid", who.id)
	if !m.accepts(agi.ParseEnv("agi_request: async\nagi_channel: " + who.name + "\nagi_uniqueid: " + who.id + "\n\n")) {
		log.Error("asyncagi: a start with text of a caller in it; whose call it is can't be known")
		return
	}
	log.Error("asyncagi: call refused: its start has text of a caller in it")
	newCall(m, who, false).release(StatusFailure)
}

// getvar asks for a function of a channel.
func (m *manager) getvar(ctx context.Context, channel, variable string) (string, error) {
	value, err := ami.Ask(ctx, m.session, action.Getvar{Channel: channel, Variable: variable})
	if errors.Is(err, ami.ErrPermissionDenied) {
		m.mayNotAsk.Store(true)
	}
	return value, err
}

// applicationData is the arguments of the application that runs on a channel.
const applicationData = "CHANNEL(appdata)"

// inAsyncAGI reports whether they are those of AGI(agi:async).
func inAsyncAGI(data string) bool {
	const async = "agi:async"
	return len(data) >= len(async) && strings.EqualFold(data[:len(async)], async)
}
