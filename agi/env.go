package agi

import (
	"net/url"
	"slices"
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
	seen := make([]string, 0, 32) // Asterisk sends two dozen
	for key, value := range e.fields.All() {
		name, ok := strings.CutPrefix(key, "agi_")
		if !ok {
			continue
		}
		if which, ok := strings.CutPrefix(name, "arg_"); ok {
			e.addArgument(which, value)
			continue
		}
		if slices.Contains(seen, name) { // it was made by a line break in a value in front of it
			continue
		}
		seen = append(seen, name)
		e.set(name, value)
	}
}

func (e *Env) set(name, value string) {
	switch name {
	case "network":
		e.Network = value == "yes"
	case "network_script":
		e.NetworkScript = value
	case "request":
		e.Request = value
	case "channel":
		e.Channel = value
	case "language":
		e.Language = value
	case "type":
		e.Type = value
	case "uniqueid":
		e.UniqueID = value
	case "version":
		e.Version = value
	case "callerid":
		e.CallerID = known(value)
	case "calleridname":
		e.CallerIDName = known(value)
	case "callingpres":
		e.CallingPres = number(value)
	case "callingani2":
		e.CallingANI2 = number(value)
	case "callington":
		e.CallingTON = number(value)
	case "callingtns":
		e.CallingTNS = number(value)
	case "dnid":
		e.DNID = known(value)
	case "rdnis":
		e.RDNIS = known(value)
	case "context":
		e.Context = value
	case "extension":
		e.Extension = value
	case "priority":
		e.Priority = number(value)
	case "enhanced":
		e.Enhanced = value == "1.0"
	case "accountcode":
		e.AccountCode = value
	case "threadid":
		e.ThreadID = value
	}
}

// addArgument takes them in the order of their numbers, which is how Asterisk
// sends them; what is out of order was made by a value.
func (e *Env) addArgument(which, value string) {
	if which == strconv.Itoa(len(e.Arguments)+1) {
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

// number is 0 for what is none.
func number(value string) int {
	n, _ := strconv.Atoi(value)
	return n
}

// known is what setup_env in res_agi.c writes for a number or name it has not.
func known(value string) string {
	if value == "unknown" {
		return ""
	}
	return value
}
