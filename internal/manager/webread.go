package manager

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// read sorts what the manager sends until it ends.
func (w *webSession) read() {
	defer close(w.over)
	defer w.conn.Close()
	reader := transport.NewReader(w.conn, nil)
	if _, err := reader.Line(); err != nil { // its banner
		return
	}
	for {
		b, err := reader.Next()
		if err != nil {
			return
		}
		w.sort(b)
	}
}

func (w *webSession) sort(b transport.Block) {
	w.mu.Lock()
	defer w.mu.Unlock()
	key, value := b.First()
	id := b.Get("ActionID")
	action := w.pending[id]
	_, classes := b.Second()
	if action == nil || key == "Event" && strings.HasSuffix(classes, ",all") {
		w.addEvent(b.Text() + "\r\n")
		return
	}
	action.text.WriteString(b.Text() + "\r\n")
	list := strings.ToLower(b.Get("EventList"))
	action.listing = action.listing && list != "complete" && list != "cancelled" || key == "Response" && list == "start"
	switch {
	case value == "Success" && b.Get("Message") == "Authentication accepted":
		w.loggedIn = true
	case value == "Goodbye":
		w.goodbye = true
	}
	if !action.listing {
		delete(w.pending, id)
		close(action.done)
	}
}
