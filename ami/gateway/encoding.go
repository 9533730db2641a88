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

// encodings are the JSON of a value, for each variant that somebody has asked for.
type encodings struct {
	mu  sync.Mutex // guards all
	all []encoding
}

type encoding struct {
	of   variant
	data []byte
}

const maxEncodings = 64 // that are kept of a value

// encode is the value of an object as JSON; nobody may write to it.
func (o *object) encode(of variant) []byte {
	e := o.encoded
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range e.all {
		if e.all[i].of == of {
			return e.all[i].data
		}
	}
	data := o.render(of)
	if len(e.all) < maxEncodings {
		e.all = append(e.all, encoding{of, data})
	}
	return data
}

// append writes the message.Object.
func (o *object) append(b []byte, of variant) []byte {
	b = append(b, `{"key":`...)
	b = appendText(b, o.key)
	b = append(b, `,"kind":"`...)
	b = append(b, o.kind...)
	b = append(b, `","revision":`...)
	b = strconv.AppendUint(b, o.revision, 10)
	b = append(b, `,"value":`...)
	b = append(b, o.encode(of)...)
	return append(b, '}')
}

// appendText writes a string as JSON.
func appendText(b []byte, text string) []byte {
	data, err := json.Marshal(text)
	if err != nil { // there is no such string
		return append(b, `""`...)
	}
	return append(b, data...)
}
