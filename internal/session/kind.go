package session

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
// Response. An event may hold the key Response.
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

// classesOf returns what stands where Asterisk writes the classes of an event,
// right behind its name.
func classesOf(b transport.Block) (classes string, ok bool) {
	key, classes := b.Second()
	return classes, key == "Privilege"
}

// idInPlace reports whether there is an ActionID where Asterisk writes that of
// answers and of events that end lists: right behind the first line.
func idInPlace(b transport.Block) bool {
	key, _ := b.Second()
	return key == "ActionID"
}

// markOf returns the field that stands where Asterisk writes EventList: behind
// the ActionID, in the third line.
func markOf(b transport.Block) (key, value string) {
	text := b.Text()
	for range 2 {
		_, text, _ = strings.Cut(text, "\n")
	}
	return transport.ParseFields(text).First()
}

// isNews reports whether an event is for everybody: then one of its classes is
// "all". Items have none, or a word of their own.
func isNews(b transport.Block) bool {
	classes, ok := classesOf(b)
	return ok && (strings.HasSuffix(classes, ",all") || hasAll(classes))
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
	classes, ok := classesOf(b)
	return !ok || classes == "Call"
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

// changed says that the next block is another one than that which was looked at.
func (s *sorter) changed() { s.ahead = noBlock }

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
