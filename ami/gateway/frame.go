package gateway

import (
	"strconv"
	"sync"

	"github.com/gorilla/websocket"
)

// frame is one Update, made once for all clients that lack the same.
type frame struct {
	view *view
	end  uint64 // revision that a client has with it
	more bool   // it is part of a snapshot, and not the last one
	put  []*object
	gone []string

	once    sync.Once
	bytes   []byte
	message *websocket.PreparedMessage
	err     error
}

// data is the Update as JSON; nobody may write to it.
func (f *frame) data() []byte {
	f.once.Do(f.encode)
	return f.bytes
}

// prepared is the Update for WebSockets.
func (f *frame) prepared() (*websocket.PreparedMessage, error) {
	f.once.Do(f.encode)
	return f.message, f.err
}

func (f *frame) encode() {
	b := []byte(`{"type":"update","revision":`)
	end := f.end
	if f.more { // a client that comes back before its snapshot is whole needs another one
		end = 0
	}
	b = strconv.AppendUint(b, end, 10)
	for i, o := range f.put {
		b = append(b, separator(i, `,"put":[`)...)
		b = o.append(b, f.view.variant(o))
	}
	if len(f.put) > 0 {
		b = append(b, ']')
	}
	for i, key := range f.gone {
		b = append(b, separator(i, `,"delete":[`)...)
		b = appendText(b, key)
	}
	if len(f.gone) > 0 {
		b = append(b, ']')
	}
	if f.more {
		b = append(b, `,"more":true`...)
	}
	f.bytes = append(b, '}')
	f.message, f.err = websocket.NewPreparedMessage(websocket.TextMessage, f.bytes)
}

func separator(i int, first string) string {
	if i == 0 {
		return first
	}
	return ","
}
