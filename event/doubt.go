package event

import "strings"

// Doubt is why an event may say what Asterisk did not mean. It is a set: more
// than one may be true. The zero value is an event with nothing odd about it,
// which proves nothing: whoever can write a line break into a number can write
// an event that looks right. docs/safety.md says what can't be told.
//
// Nothing should be done to a call because of a doubtful event alone.
type Doubt uint8

const (
	// DoubtRepeated: a key that Asterisk writes once came twice with
	// different values, or not in its place. [Base.Doubtful] has the keys whose
	// value is unknown because of it.
	DoubtRepeated Doubt = 1 << iota
	// DoubtMissing: a key that every version of Asterisk writes is missing.
	DoubtMissing
	// DoubtEnding: some lines end in CR LF, as all of Asterisk's do, and others
	// in LF alone.
	DoubtEnding
	// DoubtCut: the lines after the event belong to no message, as those after
	// an empty line in a value do.
	DoubtCut
	// DoubtNoActionID: an item of a list without the ActionID that all of its
	// kind have.
	DoubtNoActionID
)

var doubtNames = [...]string{"a key is repeated or out of place", "keys are missing", "a line ends in LF alone",
	"the lines behind it belong to no message", "it has no ActionID"}

// String is the reasons in words, "" for none.
func (d Doubt) String() string {
	var reasons []string
	for i, name := range doubtNames {
		if d&(1<<i) != 0 {
			reasons = append(reasons, name)
		}
	}
	return strings.Join(reasons, ", ")
}

// Doubt is described at [Event].
func (b Base) Doubt() Doubt { return b.doubt }

// Doubtful returns the keys whose values can't be known, in the order in which
// they came first: each occurs twice with different values, and a stranger's
// text may have made any of them, or it stands where Asterisk does not write
// it. Their typed fields are zero, and [Where] matches none of the values. Nil
// when there are none.
func (b Base) Doubtful() []string {
	if b.doubt&DoubtRepeated == 0 {
		return nil
	}
	name, text := b.EventName(), b.text()
	if name == userEventName {
		text, _, _ = cutUser(text)
	}
	return read(formOf(name), text).unknown()
}

// Certain returns the value of a key by the rule of [Where]: of a key that
// occurs twice, the one that Asterisk wrote. It is false when the key is not
// there, or when that can't be known. [transport.Fields.Get] is faster, and
// returns the first, whoever wrote it.
func (b Base) Certain(key string) (value string, ok bool) {
	return certain(b.EventName(), b.text(), key)
}

// Doubt decodes the event to find out, but for what its reader has noted.
func (r Raw) Doubt() Doubt {
	if r.marker != nil {
		return 0
	}
	return decode(r.Base).Doubt()
}

// Doubtful is described at [Base.Doubtful].
func (r Raw) Doubtful() []string {
	r.doubt |= r.Doubt()
	return r.Base.Doubtful()
}
