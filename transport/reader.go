package transport

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

const (
	bufferSize = 64 << 10
	headSize   = 4 << 10 // of a block over its limit, what is kept to tell what it was
)

// Reader frames lines and blocks. It accepts any bytes: LF and CRLF, lines
// without a colon, surplus empty lines, and skips what is over its limits. It
// is not safe for concurrent use.
type Reader struct {
	src    io.Reader
	limits Limits
	buf    []byte
	start  int // of the block or line returned last, or of what is not read yet
	next   int // behind what was returned last
	end    int // behind the last byte read
	err    error

	peeked     Block // by Peek, and whole
	peekedFrom int
	peekedNext int // behind peeked; 0 when there is none
}

// NewReader returns a reader of src. Nil limits are the defaults. It reads in
// pieces of up to 64 KiB, and holds more only while a longer block passes: at
// most what the limits allow, and half as much again while it makes room.
func NewReader(src io.Reader, limits *Limits) *Reader {
	return &Reader{src: src, limits: readLimits(limits), buf: make([]byte, bufferSize)}
}

// SetLimits changes the limits from the next call on. Nil means the defaults.
func (r *Reader) SetLimits(limits *Limits) {
	r.limits = readLimits(limits)
	r.peekedNext = 0
}

// Next returns the next block, without the empty line that ends it. Empty
// blocks are dropped.
//
// A [*LimitError] comes with the first lines of the block, at most 4 KiB, and
// the reader goes on behind it. At the end of the input the error is io.EOF,
// or io.ErrUnexpectedEOF together with the lines of a block that nothing
// ended. Any other error is the source's and stays; it is io.ErrNoProgress
// when the source gives nothing and no error a hundred times in a row.
func (r *Reader) Next() (Block, error) {
	if r.peekedNext > 0 {
		r.start, r.next, r.peekedNext = r.peekedFrom, r.peekedNext, 0
		return r.peeked, nil
	}
	r.start = r.next
	if b, next := r.atHand(r.start); next > 0 {
		r.next = next
		return b, nil
	}
	return r.block(r.start)
}

// Peek returns the next block if it has been read already, or else those of its
// lines that have, and reports whether it is all of it. It never reads. The last
// block stays valid, and so does this one until the call after the next Next.
func (r *Reader) Peek() (b Block, whole bool) {
	if r.peekedNext > 0 {
		return r.peeked, true
	}
	from := r.next
	for from < r.end && (r.buf[from] == '\n' || r.buf[from] == '\r') {
		if r.buf[from] == '\r' && (from+1 == r.end || r.buf[from+1] != '\n') {
			break
		}
		from++
	}
	if b, next := r.atHand(from); next > 0 {
		r.peeked, r.peekedFrom, r.peekedNext = b, from, next
		return b, true
	}
	text := r.buf[from:r.end]
	if start, _ := emptyLine(text); start >= 0 {
		text = text[:start]
	}
	return viewOf(wholeLines(text)), false
}

// atHand returns the block at from when there is nothing else to do for it: it
// has been read already, no empty line is in front, and it is within the
// limits. Otherwise next is 0.
func (r *Reader) atHand(from int) (b Block, next int) {
	text := r.buf[from:r.end]
	size, after := emptyLine(text)
	if size < 0 || text[0] == '\n' || text[0] == '\r' || size > r.limits.Line || size > r.limits.Block {
		return Block{}, 0
	}
	return viewOf(text[:size]), from + after
}

// block walks the lines from line on until an empty one ends the block that
// began at r.start.
func (r *Reader) block(line int) (Block, error) {
	from := line // where the search for a line's end goes on
	for {
		i := bytes.IndexByte(r.buf[from:r.end], '\n')
		if i < 0 {
			// One byte more may be the CR of an ending that is half here.
			if r.end-line > r.limits.Line+1 || r.end-r.start > r.limits.Block+1 {
				return r.skip(line)
			}
			from = r.end
			shift, err := r.fill()
			if err != nil {
				return r.rest(err)
			}
			line, from = line-shift, from-shift
			continue
		}
		size := from + i - line
		if size > 0 && r.buf[line+size-1] == '\r' {
			size--
		}
		after := from + i + 1
		switch {
		case size > r.limits.Line, size > 0 && after-r.start > r.limits.Block:
			return r.skip(line)
		case size > 0:
			line, from = after, after
			continue
		case line == r.start:
			r.start, r.next = after, after
			line, from = after, after
			continue
		}
		r.next = after
		return viewOf(r.buf[r.start:line]), nil
	}
}

// Line returns the next line without its ending, empty or not. The string is
// valid until the next call. Errors are those of [Reader.Next].
func (r *Reader) Line() (string, error) {
	r.start, r.peekedNext = r.next, 0
	from := r.start
	for {
		i := bytes.IndexByte(r.buf[from:r.end], '\n')
		if i >= 0 {
			r.next = from + i + 1
			line := strings.TrimSuffix(viewOf(r.buf[r.start:from+i]).Text(), "\r")
			if len(line) > r.limits.Line {
				return "", &LimitError{"line", r.limits.Line, len(line)}
			}
			return line, nil
		}
		if r.end-r.start > r.limits.Line+1 {
			size, err := r.skipLine()
			if err != nil {
				return "", err
			}
			return "", &LimitError{"line", r.limits.Line, size}
		}
		from = r.end
		shift, err := r.fill()
		if err != nil {
			block, err := r.rest(err)
			return block.Text(), err
		}
		from -= shift
	}
}

// fill reads once more. It may move the unread bytes to the front of the
// buffer, and returns by how much.
func (r *Reader) fill() (shift int, err error) {
	if r.err != nil {
		return 0, r.err
	}
	unread := r.end - r.start
	switch {
	case unread == len(r.buf):
		r.move(make([]byte, r.grown()))
	case len(r.buf) > bufferSize && unread < bufferSize/2:
		shift = r.start
		r.move(make([]byte, bufferSize))
	case r.start > 0:
		shift = r.start
		r.move(r.buf)
	}
	n, err := r.readOnce()
	r.end += n
	r.err = err
	if n > 0 {
		return shift, nil
	}
	return shift, err
}

// grown is the size of the next larger buffer. No more than a limit, a CR and a
// byte behind it need to be held; the last step goes there from a third of it,
// so that the smaller buffers are little in all.
func (r *Reader) grown() int {
	most := max(r.limits.Block, r.limits.Line) + 2
	if size := 2 * len(r.buf); size < most/3 {
		return size
	}
	return max(most, len(r.buf)+2)
}

// readOnce reads until there is something, or an error.
func (r *Reader) readOnce() (n int, err error) {
	for range 100 {
		if n, err = r.src.Read(r.buf[r.end:]); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

func (r *Reader) move(buf []byte) {
	r.end = copy(buf, r.buf[r.start:r.end])
	r.next -= r.start
	r.start, r.buf = 0, buf
}

// rest returns what is left when the source has ended.
func (r *Reader) rest(err error) (Block, error) {
	left := r.buf[r.start:r.end]
	r.start, r.next = r.end, r.end
	if errors.Is(err, io.EOF) && len(left) > 0 && string(left) != "\r" { // that is half an empty line
		return viewOf(left), io.ErrUnexpectedEOF
	}
	return Block{}, err
}

// skip passes over the rest of a block; line is where the line begins that
// breaks a limit, though perhaps not all of it has been read. What stood before
// that line tells whose block it was.
func (r *Reader) skip(line int) (Block, error) {
	head := append([]byte(nil), wholeLines(r.buf[r.start:min(line, r.start+headSize)])...)
	total := line - r.start
	r.start = line
	first, longest := 0, 0
	for {
		n, err := r.skipLine()
		if err != nil {
			return viewOf(head), err
		}
		if n == 0 {
			break
		}
		if first == 0 {
			first = n
		}
		longest = max(longest, n)
		total += n + len("\r\n")
	}
	if first > r.limits.Line {
		return viewOf(head), &LimitError{"line", r.limits.Line, longest}
	}
	return viewOf(head), &LimitError{"block", r.limits.Block, total}
}

// skipLine passes over one line from r.start on, holding none of it, and
// returns its length without the ending.
func (r *Reader) skipLine() (int, error) {
	size, last := 0, byte(0)
	for {
		piece := r.buf[r.start:r.end]
		i := bytes.IndexByte(piece, '\n')
		if i >= 0 {
			piece = piece[:i]
		}
		size += len(piece)
		if len(piece) > 0 {
			last = piece[len(piece)-1]
		}
		if i >= 0 {
			r.start += i + 1
			r.next = r.start
			if size > 0 && last == '\r' {
				size--
			}
			return size, nil
		}
		r.start, r.next = r.end, r.end
		if _, err := r.fill(); errors.Is(err, io.EOF) {
			return size, io.ErrUnexpectedEOF
		} else if err != nil {
			return size, err
		}
	}
}

func wholeLines(text []byte) []byte {
	return text[:bytes.LastIndexByte(text, '\n')+1]
}
