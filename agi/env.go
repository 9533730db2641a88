package agi

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Env is what Asterisk tells of the call when a session begins. What Asterisk
// calls unknown is empty here; [Env.Fields] has all of it as it came.
//
// Asterisk writes values as they are. One that holds a line break can make
// lines of its own, and these can't be told from real ones in every case: take
// what depends on who calls from [Session.Variable] if callers can choose it
// freely.
type Env struct {
	// Network is true for FastAGI, NetworkScript is what stands behind the
	// first slash of its URL: see [Env.Path] and [Env.Query].
	Network       bool
	NetworkScript string

	Request  string // the script as the dialplan names it: a path, a URL or "async"
	Channel  string // its name, such as "PJSIP/100-00000001"
	Language string
	Type     string // of the channel: "PJSIP"
	UniqueID string
	Version  string // of Asterisk: "22.10.1"

	CallerID     string // the caller's number
	CallerIDName string
	CallingPres  int // presentation of the number: a combination of bits, 0 is allowed
	CallingANI2  int
	CallingTON   int // type of number
	CallingTNS   int
	DNID         string // the number that was dialled
	RDNIS        string // the number that the call was redirected from

	Context     string
	Extension   string
	Priority    int
	Enhanced    bool // EAGI: see [OpenAudio]
	AccountCode string
	ThreadID    string

	// Arguments are those of the dialplan behind the script, empty ones too.
	Arguments []string

	fields transport.Fields
}

// ParseEnv reads the lines that a session begins with, up to the empty one. It
// refuses nothing. Where a key is repeated, the first counts.
func ParseEnv(text string) (env Env) {
	env.parse(text)
	return env
}

func (e *Env) parse(text string) {
	e.fields = transport.ParseFields(text)
	for key, value := range e.fields.All() {
		name, ok := strings.CutPrefix(key, "agi_")
		if !ok {
			continue
		}
		if number, ok := strings.CutPrefix(name, "arg_"); ok {
			e.addArgument(number, value)
			continue
		}
		e.set(name, value)
	}
}

// set keeps the first value of each key: a later one may have been made by a
// line break in a value in front of it.
func (e *Env) set(name, value string) {
	switch name {
	case "network":
		e.Network = e.Network || value == "yes"
	case "network_script":
		first(&e.NetworkScript, value)
	case "request":
		first(&e.Request, value)
	case "channel":
		first(&e.Channel, value)
	case "language":
		first(&e.Language, value)
	case "type":
		first(&e.Type, value)
	case "uniqueid":
		first(&e.UniqueID, value)
	case "version":
		first(&e.Version, value)
	case "callerid":
		first(&e.CallerID, known(value))
	case "calleridname":
		first(&e.CallerIDName, known(value))
	case "callingpres":
		firstNumber(&e.CallingPres, value)
	case "callingani2":
		firstNumber(&e.CallingANI2, value)
	case "callington":
		firstNumber(&e.CallingTON, value)
	case "callingtns":
		firstNumber(&e.CallingTNS, value)
	case "dnid":
		first(&e.DNID, known(value))
	case "rdnis":
		first(&e.RDNIS, known(value))
	case "context":
		first(&e.Context, value)
	case "extension":
		first(&e.Extension, value)
	case "priority":
		firstNumber(&e.Priority, value)
	case "enhanced":
		e.Enhanced = e.Enhanced || value == "1.0"
	case "accountcode":
		first(&e.AccountCode, value)
	case "threadid":
		first(&e.ThreadID, value)
	}
}

// addArgument takes them in the order of their numbers, which is how Asterisk
// sends them; what is out of order was made by a value.
func (e *Env) addArgument(number, value string) {
	if number == strconv.Itoa(len(e.Arguments)+1) {
		e.Arguments = append(e.Arguments, value)
	}
}

// Fields returns all lines as they came.
func (e Env) Fields() transport.Fields { return e.fields }

// Path is the part of NetworkScript in front of the query, as it came: of
// "agi://host/ivr/de?from=1" it is "ivr/de".
func (e Env) Path() string {
	path, _, _ := strings.Cut(e.NetworkScript, "?")
	return path
}

// Query is that of the FastAGI URL, empty without one. What can't be decoded
// is left out.
func (e Env) Query() url.Values {
	_, query, _ := strings.Cut(e.NetworkScript, "?")
	values, _ := url.ParseQuery(query) // it has all that could be decoded
	return values
}

func first(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

func firstNumber(field *int, value string) {
	if *field == 0 {
		*field, _ = strconv.Atoi(value)
	}
}

// known is what setup_env in res_agi.c writes for a number or name it has not.
func known(value string) string {
	if value == "unknown" {
		return ""
	}
	return value
}
