package stranger

import "strings"

// Part is where in SIP a text stands that Asterisk hands on as it is.
type Part string

// The parts: of a call, of the answer to one, and of a transfer.
const (
	Number    Part = "number"    // the user part of From
	Dialled   Part = "dialled"   // that of the request URI
	Diversion Part = "diversion" // that of Diversion
	Asserted  Part = "asserted"  // that of P-Asserted-Identity, where it is trusted
	Redirect  Part = "redirect"  // that of Contact in a 302, by the one who is called
	Callee    Part = "callee"    // that of P-Asserted-Identity in the answer, by the one who is called, where it is trusted
	ReferTo   Part = "refer-to"  // that of Refer-To, by either
)

// Parts returns all of them.
func Parts() []Part {
	return []Part{Number, Dialled, Diversion, Asserted, Redirect, Callee, ReferTo}
}

// Invite is a call to what the digit reaches (see etc/extensions_trunk.conf of package lab) with tail as the rest of a
// number, for the parts that are in an INVITE.
func (c Part) Invite(digit, tail string) Invite {
	switch c {
	case Number:
		return Invite{Exten: digit, Number: Escape("1" + tail)}
	case Dialled:
		return Invite{Exten: Escape(digit + tail)}
	case Diversion:
		return Invite{Exten: digit, Headers: []string{"Diversion: <sip:" + Escape("1"+tail) + "@192.0.2.1>"}}
	case Asserted:
		return Invite{Exten: digit, Headers: []string{"P-Asserted-Identity: <sip:" + Escape("1"+tail) + "@192.0.2.1>"}}
	}
	return Invite{Exten: digit}
}

// Answer is what the one who is called does, for [Agent.Answer]: with Redirect and Callee the tail is in it. The digit
// is what a redirection reaches.
func (c Part) Answer(digit, tail string) func(Message) Message {
	answer := accepting()
	switch c {
	case Redirect:
		answer = Message{Start: "SIP/2.0 302 Moved", Headers: []string{"Contact: <sip:" + Escape(digit+tail) + "@192.0.2.1>"}}
	case Callee:
		answer.Headers = append(answer.Headers, "P-Asserted-Identity: <sip:"+Escape("1"+tail)+"@192.0.2.1>")
	}
	return func(Message) Message { return answer }
}

// Escape writes text as the user part of a SIP URI: all but letters and digits as percent and two digits.
func Escape(text string) string {
	const digits = "0123456789abcdef"
	var escaped strings.Builder
	for _, c := range []byte(text) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
			escaped.WriteByte(c)
		} else {
			escaped.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return escaped.String()
}
