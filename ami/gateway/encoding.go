package gateway

import (
	"encoding/json"
	"strconv"
	"sync"
)

// variant is how an object is seen.
type variant struct {
	mask   *mask  // nil where nothing is hidden
	named  uint64 // shares of which it is told which Party they are
	listed uint64 // shares that are there
}

// encodings are an object as JSON, for each variant that somebody has asked for.
type encodings struct {
	mu  sync.Mutex // guards all
	all []*encoding
}

// encoding is a message.Object as JSON. Nobody may write to it.
type encoding struct {
	of   variant
	data []byte
	head int // what comes before the value
}

// value is the JSON of the value alone.
func (e *encoding) value() []byte { return e.data[e.head : len(e.data)-1] }

const maxEncodings = 64 // that are kept of an object

func (o *object) encode(of variant) *encoding {
	all := o.encoded
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, e := range all.all {
		if e.of == of {
			return e
		}
	}
	e := &encoding{of: of}
	b := appendText([]byte(`{"key":`), o.key)
	b = append(b, `,"kind":"`...)
	b = append(b, o.kind...)
	b = append(b, `","revision":`...)
	b = strconv.AppendUint(b, o.revision, 10)
	b = append(b, `,"value":`...)
	e.head = len(b)
	e.data = append(append(b, o.render(of)...), '}')
	if len(all.all) < maxEncodings {
		all.all = append(all.all, e)
	}
	return e
}

// appendText writes a string as JSON.
func appendText(b []byte, text string) []byte {
	data, err := json.Marshal(text)
	if err != nil { // there is no such string
		return append(b, `""`...)
	}
	return append(b, data...)
}
