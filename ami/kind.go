package ami

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// kind is what a block is by its first two lines.
type kind uint8

const (
	noBlock     kind = iota // not a line of it has been read
	newsBlock               // an event for everybody
	itemBlock               // another event: of a list, it should be
	answerBlock             // a response, to us or to another
	strayBlock              // none of these
)

// kindOf tells what b is, and returns the name of an event, or the value of
// Response. News have their classes in the second line, and one of these is
// "all"; items have none, or a word of their own. An event may hold the key
// Response.
func kindOf(b transport.Block) (k kind, value string) {
	key, value := b.First()
	switch key {
	case "Event":
		if isNews(b) {
			return newsBlock, value
		}
		return itemBlock, value
	case "Response":
		return answerBlock, value
	case "ActionID": // app_rpt before 2025 writes it in front
		if key, status := b.Second(); key == "Response" {
			return answerBlock, status
		}
	}
	return strayBlock, ""
}

// isNews reports whether an event is for everybody.
func isNews(b transport.Block) bool {
	key, classes := b.Second()
	return key == "Privilege" && (strings.HasSuffix(classes, ",all") || hasAll(classes))
}

// hasAll looks for the class anywhere: gateways for SMS write "all,smscommand".
func hasAll(classes string) bool {
	for class := range strings.SplitSeq(classes, ",") {
		if class == "all" {
			return true
		}
	}
	return false
}

// mayBeItem reports whether an event that is not for everybody may belong to a
// list. Items have no Privilege, but those of Status, where Asterisk writes
// "Call"; the classes of news are in lower case.
func mayBeItem(b transport.Block) bool {
	key, value := b.Second()
	return key != "Privilege" || value == "Call"
}

// sorter sorts the blocks of a reader, each once: what a look at the next one
// has found is kept for its turn.
type sorter struct {
	reader *transport.Reader
	ahead  kind // of the next block, when that has been seen whole; else noBlock
	value  string
}

// next sorts the block that the reader has just returned.
func (s *sorter) next(b transport.Block) (k kind, value string) {
	if s.ahead == noBlock {
		return kindOf(b)
	}
	k, value = s.ahead, s.value
	s.ahead = noBlock
	return k, value
}

// setLimits and extend are the reader's, after which the next block is another
// one than that which was looked at.
func (s *sorter) setLimits(limits *transport.Limits) {
	s.ahead = noBlock
	s.reader.SetLimits(limits)
}

func (s *sorter) extend() (transport.Block, error) {
	s.ahead = noBlock
	return s.reader.Extend()
}

// peek sorts as much as has been read already of the block behind that.
func (s *sorter) peek() (b transport.Block, k kind, whole bool) {
	b, whole = s.reader.Peek()
	switch {
	case whole:
		s.ahead, s.value = kindOf(b)
		return b, s.ahead, true
	case b.Text() == "":
		return b, noBlock, false
	}
	k, _ = kindOf(b)
	if key, _ := b.First(); k == strayBlock && key == "ActionID" {
		k = answerBlock // perhaps: its second line is to come
	}
	return b, k, false
}
