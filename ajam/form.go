package ajam

import (
	"net/url"
	"strings"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/transport"
)

const (
	maxParameters = 128   // what is beyond is left out in silence (main/manager.c, astman_append_headers)
	maxForm       = 40960 // MAX_CONTENT_LENGTH of main/http.c
	maxOldForm    = 4096  // before 16.3
)

// formLimit is how long a form this Asterisk takes.
func formLimit(v asterisk.Version) int {
	if v.Major > 0 && !v.AtLeast(16, 3) {
		return maxOldForm
	}
	return maxForm
}

// request is an action on its way.
type request struct {
	of     purpose
	name   string           // of the action
	fields transport.Fields // what it says
	form   string           // the same as a form
	silent bool             // it is not recorded, nor its answer, but for events
}

// newRequest makes the form of an action, whose fields have the same limits here
// as on a connection, but for the length of a line. CR and LF could be sent,
// and would be one field more for some actions; they are refused.
func newRequest(of purpose, a action.Action, id string, limit int) (request, error) {
	b := transport.Builder{Limits: transport.Limits{Lines: maxParameters}, Trimmed: true}
	b.Add("Action", a.ActionName())
	b.Add("ActionID", id)
	if err := a.Encode(&b); err != nil {
		return request{}, err
	}
	fields, err := b.Fields()
	if err != nil {
		return request{}, err
	}
	var form strings.Builder
	for key, value := range fields.All() {
		if form.Len() > 0 {
			form.WriteByte('&')
		}
		form.WriteString(url.QueryEscape(key) + "=" + url.QueryEscape(value))
	}
	if form.Len() > limit {
		return request{}, &transport.LimitError{What: "block", Limit: limit, Size: form.Len()}
	}
	return request{of: of, name: a.ActionName(), fields: fields, form: form.String()}, nil
}
