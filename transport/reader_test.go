package transport_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/asterisk-go/asterisk-go/transport"
)

// cuttings are the ways a text may arrive. What comes of it must be the same.
var cuttings = map[string]func(io.Reader) io.Reader{
	"whole":           func(r io.Reader) io.Reader { return r },
	"byte by byte":    iotest.OneByteReader,
	"half":            iotest.HalfReader,
	"error with data": iotest.DataErrReader,
	"one with error":  func(r io.Reader) io.Reader { return iotest.DataErrReader(iotest.OneByteReader(r)) },
}

// blocksOf reads all there is; an error stands behind its block as "!text".
func blocksOf(r *transport.Reader) []string {
	var blocks []string
	for {
		block, err := r.Next()
		if text := block.Text(); text != "" {
			blocks = append(blocks, strings.Clone(text))
		}
		if err != nil {
			blocks = append(blocks, "!"+err.Error())
		}
		if limit := (*transport.LimitError)(nil); err != nil && !errors.As(err, &limit) {
			return blocks
		}
	}
}

func TestNextFramesBlocks(t *testing.T) {
	long := strings.Repeat("Output: 0123456789\r\n", 10000) // 200 KB
	for _, test := range []struct {
		name, text string
		want       []string // without the EOF at the end
	}{
		{"CRLF", "A: 1\r\nB: 2\r\n\r\nC: 3\r\n\r\n", []string{"A: 1\r\nB: 2\r\n", "C: 3\r\n"}},
		{"LF", "A: 1\nB: 2\n\nC: 3\n\n", []string{"A: 1\nB: 2\n", "C: 3\n"}},
		{"mixed", "A: 1\nB: 2\r\n\nC: 3\n\r\n", []string{"A: 1\nB: 2\r\n", "C: 3\n"}},
		{"bare LF before the end", "M: none\n\r\n\r\nA: 1\r\n\r\n", []string{"M: none\n", "A: 1\r\n"}},
		{"empty blocks", "\r\n\n\r\nA: 1\r\n\r\n\r\n\r\nB: 2\r\n\r\n\n", []string{"A: 1\r\n", "B: 2\r\n"}},
		{"no colon", "A: 1\r\nno colon\r\n\r\n", []string{"A: 1\r\nno colon\r\n"}},
		{"CR within a line", "A: 1\r2\r\r\n\r\n", []string{"A: 1\r2\r\r\n"}},
		{"any bytes", "A: \xff\x00\xfe\r\n\r\n", []string{"A: \xff\x00\xfe\r\n"}},
		{"longer than the buffer", long + "\r\nA: 1\r\n\r\n", []string{long, "A: 1\r\n"}},
		{"nothing", "", nil},
		{"only endings", "\r\n\r\n\n\r", nil},
		{"no end", "A: 1\r\n", []string{"A: 1\r\n", "!unexpected EOF"}},
		{"no end of a line", "A: 1\r\n\r\nB: 2\r\nC", []string{"A: 1\r\n", "B: 2\r\nC", "!unexpected EOF"}},
	} {
		for cutting, cut := range cuttings {
			t.Run(test.name+"/"+cutting, func(t *testing.T) {
				got := blocksOf(transport.NewReader(cut(strings.NewReader(test.text)), nil))
				if n := len(got) - 1; got[n] == "!EOF" {
					got = got[:n]
				}
				if want := test.want; !slices.Equal(got, want) && !slices.Equal(got, append(want, "!EOF")) {
					t.Errorf("%.200q, want %.200q", got, want)
				}
			})
		}
	}
}

// An empty line is found wherever it begins, and so is none where there is none.
func TestNextFindsAnEmptyLineAnywhere(t *testing.T) {
	for n := range 100 {
		for _, ending := range []string{"\r\n", "\n"} {
			for _, empty := range []string{"\r\n", "\n"} {
				first := "A: " + strings.Repeat("x", n) + ending + "b\n\vc\n\x00\nd\r\r\n" + ending[:len(ending)-1] + "e" + ending
				text := first + empty + "B: 2\r\n\r\n" + strings.Repeat("x", 100)
				got := blocksOf(transport.NewReader(strings.NewReader(text), nil))
				if want := []string{first, "B: 2\r\n"}; !slices.Equal(got[:2], want) {
					t.Fatalf("%q, want %q", got, want)
				}
			}
		}
	}
}

func TestNextAfterTheEnd(t *testing.T) {
	r := transport.NewReader(strings.NewReader("A: 1\r\n"), nil)
	if block, err := r.Next(); err != io.ErrUnexpectedEOF || block.Get("a") != "1" {
		t.Errorf("Next() = %q, %v, want the line and %v", block.Text(), err, io.ErrUnexpectedEOF)
	}
	for range 2 {
		if block, err := r.Next(); err != io.EOF || block.Text() != "" {
			t.Errorf("Next() = %q, %v, want %v", block.Text(), err, io.EOF)
		}
	}
}

func TestErrorOfTheSourceStays(t *testing.T) {
	broken := errors.New("broken")
	text := "A: 1\r\n\r\nB: 2\r\n"
	for cutting, cut := range cuttings {
		r := transport.NewReader(cut(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))), nil)
		if block, err := r.Next(); err != nil || block.Get("A") != "1" {
			t.Errorf("%s: Next() = %q, %v", cutting, block.Text(), err)
		}
		for range 2 {
			if _, err := r.Next(); err != broken {
				t.Errorf("%s: Next() = %v, want %v", cutting, err, broken)
			}
			if _, err := r.Line(); err != broken {
				t.Errorf("%s: Line() = %v, want %v", cutting, err, broken)
			}
		}
	}
}

func TestLine(t *testing.T) {
	const text = "banner\r\n\r\nlf only\n  blanks \r\nA: 1\r\n\r\nrest"
	for cutting, cut := range cuttings {
		r := transport.NewReader(cut(strings.NewReader(text)), nil)
		for _, want := range []string{"banner", "", "lf only", "  blanks "} {
			if line, err := r.Line(); line != want || err != nil {
				t.Errorf("%s: Line() = %q, %v, want %q", cutting, line, err, want)
			}
		}
		if block, err := r.Next(); block.Get("A") != "1" || err != nil {
			t.Errorf("%s: Next() = %q, %v", cutting, block.Text(), err)
		}
		if line, err := r.Line(); line != "rest" || err != io.ErrUnexpectedEOF {
			t.Errorf("%s: Line() = %q, %v, want rest and %v", cutting, line, err, io.ErrUnexpectedEOF)
		}
		if line, err := r.Line(); line != "" || err != io.EOF {
			t.Errorf("%s: Line() = %q, %v, want %v", cutting, line, err, io.EOF)
		}
	}
}

func TestBlocksBehindALongOneStayWhole(t *testing.T) {
	long := strings.Repeat("Output: 0123456789\r\n", 20000) + "\r\n"
	short := strings.Repeat("A: 1\r\nB: 2\r\n\r\n", 20000)
	r := transport.NewReader(strings.NewReader(long+short+long+short), nil)
	sizes := map[int]int{}
	for {
		block, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		sizes[len(block.Text())]++
	}
	if sizes[400000] != 2 || sizes[12] != 40000 || len(sizes) != 2 {
		t.Errorf("blocks by size = %v", sizes)
	}
}
