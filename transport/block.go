package transport

import (
	"strings"
	"unsafe"
)

// Block is one block of lines inside a [Reader]'s buffer. It has the methods
// of [Fields], and every string it gives is valid only until the reader's next
// call; [Block.Fields] copies what must live longer.
type Block struct {
	view   Fields
	value  int // where that of the first line begins, 0 when it has none: that is asked for again and again
	second int // where the second line begins
}

// NewBlock makes a block of fields that are owned already, for whoever feeds
// blocks without a Reader. Its strings stay valid.
func NewBlock(f Fields) Block {
	second := strings.IndexByte(f.text, '\n') + 1
	if second == 0 {
		second = len(f.text)
	}
	return Block{f, keyEnd(f.text[:second]) + 1, second}
}

// Fields copies the block once.
func (b Block) Fields() Fields { return Fields{strings.Clone(b.view.text)} }

// Get is [Fields.Get] on the view.
func (b Block) Get(key string) string { return b.view.Get(key) }

// Lookup is [Fields.Lookup] on the view.
func (b Block) Lookup(key string) (string, bool) { return b.view.Lookup(key) }

// First is [Fields.First] on the view.
func (b Block) First() (key, value string) {
	if b.value == 0 {
		return "", ""
	}
	return b.view.text[:b.value-1], trimBlank(trimEnding(b.view.text[b.value:b.second]))
}

// Second is [Fields.Second] on the view.
func (b Block) Second() (key, value string) { return Fields{b.view.text[b.second:]}.First() }

// Text returns the lines of the block as they came, endings included, without
// the empty line behind them.
func (b Block) Text() string { return b.view.text }

// viewOf makes a string of the buffer itself, so that one set of functions
// serves both a view and owned text without a copy in between.
func viewOf(buf []byte) Block {
	return NewBlock(Fields{unsafe.String(unsafe.SliceData(buf), len(buf))})
}
