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
// Asterisk writes values as they are, and one that holds a line break makes
// lines of its own. No field of Env holds what such a line says, nor a value
// that such a line has cut: the field is zero, and [Env.Doubtful] names it. To
// learn the value ask [Session.Variable], for CALLERID(num) or EXTEN.
//
// Of more than 512 lines with line breaks in values only Network is believed.
//
// One case can't be told: an argument with a line break adds arguments after
// it. So let the dialplan pass what strangers choose last, or not at all.
type Env struct {
	// Network is agi_network: whether the call came over FastAGI.
	Network bool
	// NetworkScript is agi_network_script: the part of the FastAGI URL after the
	// first slash. See [Env.Path] and [Env.Query].
	NetworkScript string

	Request  string // agi_request: the script as the dialplan names it: a path, a URL or "async"
	Channel  string // agi_channel: the channel's name, such as "PJSIP/100-00000001"
	Language string // agi_language: of the channel, such as "en"
	Type     string // agi_type: of the channel, such as "PJSIP"
	UniqueID string // agi_uniqueid: of the channel
	Version  string // agi_version: of Asterisk, such as "22.10.1"

	CallerID     string // agi_callerid: the caller's number
	CallerIDName string // agi_calleridname: the caller's name
	CallingPres  int    // agi_callingpres: presentation of the number: a combination of bits, 0 is allowed
	CallingANI2  int    // agi_callingani2: the two ANI digits that tell what kind of line calls
	CallingTON   int    // agi_callington: type of number
	CallingTNS   int    // agi_callingtns: transit network selection
	DNID         string // agi_dnid: the number that was dialled
	RDNIS        string // agi_rdnis: the number that the call was redirected from

	Context     string // agi_context: of the dialplan
	Extension   string // agi_extension: of the dialplan
	Priority    int    // agi_priority: of the dialplan
	Enhanced    bool   // agi_enhanced: EAGI, see [OpenAudio]
	AccountCode string // agi_accountcode: of the channel
	ThreadID    string // agi_threadid: of Asterisk's thread that serves the call

	// Arguments are agi_arg_1 and so on: what the dialplan passes after the
	// script. Empty ones are there too.
	Arguments []string

	fields   transport.Fields
	doubtful []string
}

// ParseEnv reads the lines that a session begins with, all of them, with or
// without the empty line at their end. It refuses nothing.
func ParseEnv(text string) (env Env) {
	if strings.HasSuffix(text, "\n\n") {
		text = text[:len(text)-1]
	}
	env.parse(text)
	return env
}

// parse takes the lines before the empty one.
func (e *Env) parse(text string) {
	if !e.parsePlain(text) {
		*e = Env{}
		e.parseOdd(text)
	}
	e.fields = transport.ParseFields(text)
}

// parsePlain takes keys in Asterisk's order, each at most once, and reports
// whether that is all there is.
func (e *Env) parsePlain(text string) bool {
	slot := 0
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		name, value, ok := cutEnvLine(line)
		if !ok {
			return false
		}
		if which, ok := strings.CutPrefix(name, argumentPrefix); ok {
			if which != strconv.Itoa(len(e.Arguments)+1) {
				return false
			}
			slot = len(envKeys)
			e.Arguments = append(e.Arguments, value)
			continue
		}
		for slot < len(envKeys) && envKeys[slot].name != name {
			slot++
		}
		if slot == len(envKeys) {
			return false
		}
		e.set(name, value)
		slot++
	}
	return true
}

// cutEnvLine returns the key of a line without its prefix.
func cutEnvLine(line string) (name, value string, ok bool) {
	key, value, colon := strings.Cut(line, ":")
	if name, ok = strings.CutPrefix(key, "agi_"); !ok || !colon {
		return "", "", false
	}
	return name, strings.TrimPrefix(value, " "), true
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

// Fields returns all lines as they came.
func (e Env) Fields() transport.Fields { return e.fields }

// Doubtful returns the keys, such as "agi_callerid", whose value can't be known,
// because it holds a line break, or because a line break in another value has
// added the key once more. Their fields are zero; doubtful arguments are empty,
// or missing at the end. It is nil for nearly all calls.
func (e Env) Doubtful() []string { return slices.Clone(e.doubtful) }

// Path is the part of NetworkScript before the query, as it came: of
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
