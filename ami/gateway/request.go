package gateway

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// request is a message of the browser: one of its fields is set. One of a type that is not known has none.
type request struct {
	hello  *message.Hello
	action *message.Action
}

// readRequest reads a message. Fields that it does not know it ignores.
func readRequest(data []byte) (request, *refusal) {
	var head struct{ Type string }
	switch {
	case len(data) > message.MaxRequest:
		return request{}, refusedLarge
	case !utf8.Valid(data) || json.Unmarshal(data, &head) != nil || head.Type == "":
		return request{}, refusedText
	}
	var r request
	var err error
	switch head.Type {
	case "hello":
		r.hello = new(message.Hello)
		err = json.Unmarshal(data, r.hello)
	case "action":
		r.action = new(message.Action)
		err = json.Unmarshal(data, r.action)
	}
	if err != nil {
		return request{}, refusedFields
	}
	return r, nil
}

// readHello reads what has to be a Hello.
func readHello(data []byte) (*message.Hello, *refusal) {
	r, why := readRequest(data)
	if why == nil && r.hello == nil {
		why = refusedOrder
	}
	return r.hello, why
}

// readAction reads what has to be an Action.
func readAction(data []byte) (*message.Action, *refusal) {
	r, why := readRequest(data)
	if why == nil && r.action == nil {
		why = refusedOrder
	}
	return r.action, why
}
