package transport_test

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Peek shows what has been read of the next block, and changes nothing.
func TestPeek(t *testing.T) {
	long := "B: " + strings.Repeat("x", 300) + "\r\n"
	for _, test := range []struct {
		name, behind, want string
		whole              bool
	}{
		{"a block", "B: 2\r\nC: 3\r\n\r\nD: 4\r\n\r\n", "B: 2\r\nC: 3\r\n", true},
		{"surplus empty lines", "\r\n\n\r\nB: 2\r\n\r\n", "B: 2\r\n", true},
		{"half a block", "B: 2\r\nC: ", "B: 2\r\n", false},
		{"half a line", "B: ", "", false},
		{"half an ending", "\r", "", false},
		{"a line that begins with CR", "\rB: 2\r\n\r\n", "\rB: 2\r\n", false},
		{"nothing", "", "", false},
		{"over the limit", "A: 1\r\n" + long + "\r\nB: 2\r\n\r\n", "A: 1\r\n" + long, false},
	} {
		text := "A: 1\r\n\r\n" + test.behind
		limits := &transport.Limits{Line: 100}
		want := blocksOf(transport.NewReader(strings.NewReader(text), limits))
		for cutting, cut := range cuttings {
			r := transport.NewReader(cut(strings.NewReader(text)), limits)
			var got []string
			for range want {
				block, err := r.Next()
				text := strings.Clone(block.Text())
				for range 2 {
					if peeked, whole := r.Peek(); cutting == "whole" && len(got) == 0 && (peeked.Text() != test.want || whole != test.whole) {
						t.Errorf("%s: Peek() = %q, %t, want %q, %t", test.name, peeked.Text(), whole, test.want, test.whole)
					}
				}
				if block.Text() != text {
					t.Errorf("%s, %s: Peek changed the block %q to %q", test.name, cutting, text, block.Text())
				}
				if text != "" {
					got = append(got, text)
				}
				if err != nil {
					got = append(got, "!"+err.Error())
				}
				if len(got) >= len(want) {
					break
				}
			}
			if strings.Join(got, "|") != strings.Join(want, "|") {
				t.Errorf("%s, %s: with Peek %q, without %q", test.name, cutting, got, want)
			}
		}
	}
}

// What follows Peek need not be Next.
func TestPeekBeforeOthers(t *testing.T) {
	const text = "A: 1\r\n\r\nB: 2\r\nC: 3\r\n\r\nD: 4\r\n\r\n"
	for name, test := range map[string]struct {
		do   func(r *transport.Reader) string
		want string
	}{
		"Line": {func(r *transport.Reader) string { line, _ := r.Line(); return line }, "B: 2"},
		"SetLimits": {func(r *transport.Reader) string {
			r.SetLimits(&transport.Limits{Block: 8})
			b, err := r.Next()
			if err == nil {
				t.Errorf("Next of a block over new limits = %q", b.Text())
			}
			return b.Text()
		}, "B: 2\r\n"},
	} {
		r := transport.NewReader(strings.NewReader(text), nil)
		_, _ = r.Next()
		r.Peek()
		if got := test.do(r); got != test.want {
			t.Errorf("%s behind Peek = %q, want %q", name, got, test.want)
		}
		if b, err := r.Next(); err != nil || !strings.Contains("C: 3\r\n D: 4\r\n", b.Text()) {
			t.Errorf("Next behind Peek and %s = %q, %v", name, b.Text(), err)
		}
	}
}

// Limits may rise and fall while blocks pass.
func TestSetLimits(t *testing.T) {
	block := "A: " + strings.Repeat("x", 50_000) + "\r\n"
	r := transport.NewReader(iotest.HalfReader(strings.NewReader(strings.Repeat(block+"\r\n", 4))), &transport.Limits{Line: 10})
	for i, limits := range []*transport.Limits{nil, {Block: 100}, {Line: 60_000, Block: 60_000}} {
		_, small := r.Next()
		if wantError := i != 1; (small != nil) != wantError {
			t.Errorf("block %d: Next() = %v, want an error: %t", i, small, wantError)
		}
		r.SetLimits(limits)
	}
	if b, err := r.Next(); err != nil || b.Text() != block {
		t.Errorf("Next() = %d bytes, %v", len(b.Text()), err)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("Next() = %v, want %v", err, io.EOF)
	}
}
