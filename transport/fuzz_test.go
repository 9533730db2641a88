package transport_test

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/asterisk-go/asterisk-go/transport"
)

func FuzzReader(f *testing.F) {
	f.Add([]byte("A: 1\r\nB: 2\r\n\r\n\r\nC: 3\n\n"), 0, 0)
	f.Add([]byte("A: 1\r\nBBBBBBBBBBBBBBBBBBB\r\n\r\nC: 3\r"), 10, 30)
	f.Add([]byte("\r\r\n\n\r\r\n"), 1, 2)
	f.Add([]byte("A: 1\r\nB: 2\n\vC\n\x00\nD: 345678901234567890123456789012345678\r\n\r\nE: 5\r\n\nF: 6\n\n"), 40, 200)
	f.Fuzz(func(t *testing.T, text []byte, line, block int) {
		limits := &transport.Limits{Line: line % 64, Block: block % 256}
		whole := blocksOf(transport.NewReader(strings.NewReader(string(text)), limits))
		for name, cut := range cuttings {
			cut := blocksOf(transport.NewReader(cut(strings.NewReader(string(text))), limits))
			if !slices.Equal(whole, cut) {
				t.Errorf("whole %q, %s %q", whole, name, cut)
			}
		}
		checkBlocks(t, string(text))
		checkLines(t, string(text))
	})
}

// checkBlocks reads text by Next, which must lose no line that is not empty.
func checkBlocks(t *testing.T, text string) {
	t.Helper()
	var got []string
	r := transport.NewReader(strings.NewReader(text), nil)
	for {
		block, err := r.Next()
		got = slices.AppendSeq(got, block.Fields().Lines())
		if err != nil {
			break
		}
	}
	if want := slices.Collect(transport.ParseFields(text).Lines()); !slices.Equal(got, want) {
		t.Errorf("Next of %q gave %q, want %q", text, got, want)
	}
}

// checkLines reads text by Line and compares it with the text itself.
func checkLines(t *testing.T, text string) {
	t.Helper()
	var got []string
	r := transport.NewReader(iotest.HalfReader(strings.NewReader(text)), nil)
	for {
		line, err := r.Line()
		if err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				got = append(got, strings.Clone(line))
			}
			break
		}
		got = append(got, strings.Clone(line))
	}
	want := strings.Split(text, "\n")
	for i := range want[:len(want)-1] {
		want[i] = strings.TrimSuffix(want[i], "\r")
	}
	if last := want[len(want)-1]; last == "" || last == "\r" { // no line without an ending
		want = want[:len(want)-1]
	}
	if !slices.Equal(got, want) {
		t.Errorf("Line of %q gave %q, want %q", text, got, want)
	}
}

func FuzzBuilderRoundTrip(f *testing.F) {
	f.Add("Action", "Ping", "Variable", " a=b: c ")
	f.Add("V(a:b)", "x): y", "V(a", "b): x")
	f.Add("100rel", "", "K;/", "\xff")
	f.Fuzz(func(t *testing.T, key1, value1, key2, value2 string) {
		var b transport.Builder
		b.Add(key1, value1)
		b.Add(key2, value2)
		text, err := b.AppendTo(nil)
		if err != nil {
			return
		}
		r := transport.NewReader(strings.NewReader(string(text)), nil)
		block, err := r.Next()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var got []string
		for key, value := range block.Fields().All() {
			got = append(got, key, value)
		}
		if want := []string{key1, value1, key2, value2}; !slices.Equal(got, want) {
			t.Errorf("wrote %q, read %q", want, got)
		}
		if got := block.Get(key1); got != value1 {
			t.Errorf("Get(%q) = %q, want %q", key1, got, value1)
		}
		if _, err := r.Next(); err != io.EOF {
			t.Errorf("behind the block: %v, want %v", err, io.EOF)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add("A: 1\r\nB: \xff\r\nA: 2\nno colon\n: empty key: x\n")
	f.Add("A: a\rb\r\r\n\x00: (x: y): z\n")
	f.Fuzz(func(t *testing.T, text string) {
		fields := transport.ParseFields(text)
		first, err := json.Marshal(fields)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var back transport.Fields
		if err := json.Unmarshal(first, &back); err != nil {
			t.Fatalf("%q as %s: %v", text, first, err)
		}
		second, err := json.Marshal(back)
		if err != nil || string(first) != string(second) {
			t.Errorf("%q: %s became %s, %v", text, first, second, err)
		}
		if back.Len() != fields.Len() {
			t.Errorf("%q: %d lines became %d", text, fields.Len(), back.Len())
		}
	})
}

func FuzzUnmarshalJSON(f *testing.F) {
	f.Add(`{"A":["1",{"base64":"/w=="}],"":"x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		var fields transport.Fields
		if json.Unmarshal([]byte(text), &fields) != nil {
			return
		}
		if _, err := json.Marshal(fields); err != nil {
			t.Errorf("%q gave %q: %v", text, fields, err)
		}
	})
}
