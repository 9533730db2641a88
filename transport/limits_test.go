package transport_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

func TestNextSkipsWhatIsOverALimit(t *testing.T) {
	const tail = "Z: 9\r\n\r\n"
	for _, test := range []struct {
		name, text string
		want       []string // before the tail
	}{
		{"line at the limit", "A: 3456789\r\n\r\n", []string{"A: 3456789\r\n"}},
		{"line at the limit, LF", "A: 3456789\n\n", []string{"A: 3456789\n"}},
		{"line one over", "A: 1\r\nB: 34567890\r\nC: 3\r\n\r\n",
			[]string{"A: 1\r\n", "!transport: line of 11 bytes, over the limit of 10"}},
		{"first line over", "A: 34567890\r\nB: 2\r\n\r\n",
			[]string{"!transport: line of 11 bytes, over the limit of 10"}},
		{"longest line counts", "A: 34567890\r\nB: 345678901234\r\n\r\n",
			[]string{"!transport: line of 15 bytes, over the limit of 10"}},
		{"block at the limit", "A: 34567\r\nB: 34567\r\nC: 34567\r\n\r\n",
			[]string{"A: 34567\r\nB: 34567\r\nC: 34567\r\n"}},
		{"block one over", "A: 34567\r\nB: 34567\r\nC: 345678\r\n\r\n",
			[]string{"A: 34567\r\nB: 34567\r\n", "!transport: block of 31 bytes, over the limit of 30"}},
		{"block far over", strings.Repeat("A: 34567\r\n", 10) + "\r\n",
			[]string{strings.Repeat("A: 34567\r\n", 3), "!transport: block of 100 bytes, over the limit of 30"}},
		{"line over in a full block", "A: 34567\r\nB: 34567\r\nC: 345678901234567890\r\n\r\n",
			[]string{"A: 34567\r\nB: 34567\r\n", "!transport: line of 21 bytes, over the limit of 10"}},
		{"two in a row", "A: 34567890\r\n\r\nB: 34567890\r\n\r\n",
			[]string{"!transport: line of 11 bytes, over the limit of 10", "!transport: line of 11 bytes, over the limit of 10"}},
		{"very long line", "A: 1\r\nB: " + strings.Repeat("x", 200000) + "\r\n\r\n",
			[]string{"A: 1\r\n", "!transport: line of 200003 bytes, over the limit of 10"}},
	} {
		for cutting, cut := range cuttings {
			t.Run(test.name+"/"+cutting, func(t *testing.T) {
				r := transport.NewReader(cut(strings.NewReader(test.text+tail)), &transport.Limits{Line: 10, Block: 30})
				want := append(slices.Clone(test.want), "Z: 9\r\n", "!EOF")
				if got := blocksOf(r); !slices.Equal(got, want) {
					t.Errorf("%q, want %q", got, want)
				}
			})
		}
	}
}

func TestHeadOfASkippedBlockIsWholeLinesUpTo4KiB(t *testing.T) {
	line := "Key: " + strings.Repeat("x", 93) + "\r\n" // 100 bytes
	r := transport.NewReader(strings.NewReader(strings.Repeat(line, 1000)+"\r\n"), &transport.Limits{Block: 50000})
	block, err := r.Next()
	if want := strings.Repeat(line, 40); block.Text() != want {
		t.Errorf("head has %d bytes, want %d", len(block.Text()), len(want))
	}
	var limit *transport.LimitError
	if !errors.As(err, &limit) || *limit != (transport.LimitError{What: "block", Limit: 50000, Size: 100000}) {
		t.Errorf("Next() = %v", err)
	}
}

func TestEndWithinASkippedBlock(t *testing.T) {
	for _, text := range []string{"A: 1\r\nB: 34567890\r\nC: 3\r\n", "A: 1\r\nB: 34567890123"} {
		for cutting, cut := range cuttings {
			r := transport.NewReader(cut(strings.NewReader(text)), &transport.Limits{Line: 10})
			if block, err := r.Next(); block.Text() != "A: 1\r\n" || err != io.ErrUnexpectedEOF {
				t.Errorf("%s: Next() = %q, %v, want the first line and %v", cutting, block.Text(), err, io.ErrUnexpectedEOF)
			}
			if _, err := r.Next(); err != io.EOF {
				t.Errorf("%s: Next() = %v, want %v", cutting, err, io.EOF)
			}
		}
	}
}

func TestLineSkipsWhatIsOverItsLimit(t *testing.T) {
	for cutting, cut := range cuttings {
		text := "0123456789\r\n01234567890\r\n0123456789\n" + strings.Repeat("x", 100000) + "\r\nlast\n012345678901"
		r := transport.NewReader(cut(strings.NewReader(text)), &transport.Limits{Line: 10})
		for _, want := range []struct {
			line string
			size int
		}{{"0123456789", 0}, {"", 11}, {"0123456789", 0}, {"", 100000}, {"last", 0}} {
			line, err := r.Line()
			size := 0
			if limit := (*transport.LimitError)(nil); errors.As(err, &limit) {
				size = limit.Size
			}
			if line != want.line || size != want.size {
				t.Errorf("%s: Line() = %q, %v, want %q, size %d", cutting, line, err, want.line, want.size)
			}
		}
		if _, err := r.Line(); err != io.ErrUnexpectedEOF {
			t.Errorf("%s: Line() = %v, want %v", cutting, err, io.ErrUnexpectedEOF)
		}
	}
}

func TestLimitErrorText(t *testing.T) {
	err := &transport.LimitError{What: "lines", Limit: 128, Size: 129}
	if want := "transport: 129 lines in a block, over the limit of 128"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}
