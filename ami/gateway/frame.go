package gateway

import (
	"strconv"
	"sync"

	"github.com/gorilla/websocket"
)

// frame is one Update, made once for all clients that lack the same.
type frame struct {
	view   *view
	end    uint64 // revision that a client has with it
	more   bool   // it is part of a snapshot, and not the last one
	shared bool   // several users may get it
	put    []*object
	gone   []string

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

// prepared is the Update for WebSockets; nil if it is not shared: to prepare it copies it.
func (f *frame) prepared() (*websocket.PreparedMessage, error) {
	f.once.Do(f.encode)
	return f.message, f.err
}

func (f *frame) encode() {
	all, size := make([]*encoding, len(f.put)), 100
	for i, o := range f.put {
		all[i] = o.encode(f.view.variant(o))
		size += len(all[i].data) + 1
	}
	for _, key := range f.gone {
		size += len(key) + 3
	}
	b := append(make([]byte, 0, size), `{"type":"update","revision":`...)
	end := f.end
	if f.more { // a client that comes back before its snapshot is whole needs another one
		end = 0
	}
	b = strconv.AppendUint(b, end, 10)
	for i, e := range all {
		b = append(b, separator(i, `,"put":[`)...)
		b = append(b, e.data...)
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
	if f.shared {
		f.message, f.err = websocket.NewPreparedMessage(websocket.TextMessage, f.bytes)
	}
}

func separator(i int, first string) string {
	if i == 0 {
		return first
	}
	return ","
}
