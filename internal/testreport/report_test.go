package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	const (
		pass = `{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.1}`
		fail = `{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:3: broken\n"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"fail","Package":"p"}`
		panics = `{"Action":"output","Package":"p","Test":"TestD","Output":"panic: broken\n"}
{"Action":"fail","Package":"p"}`
		skip = `{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:3: no Asterisk 22: needs root\n"}
{"Action":"skip","Package":"p","Test":"TestC"}`
		build = `{"ImportPath":"p","Action":"build-output","Output":"p.go:1: undefined: x\n"}
{"ImportPath":"p","Action":"build-fail"}`
		slow = `
{"Action":"pass","Package":"q","Elapsed":1.7}
{"Action":"pass","Package":"github.com/asterisk-go/asterisk-go/ami","Elapsed":91.6}
{"Action":"skip","Package":"r","Elapsed":0.2}`
	)
	for name, test := range map[string]struct {
		input    string
		required bool
		ok       bool
		want     string // in the output
	}{
		"all passed":            {pass, true, true, "1 passed, 0 failed, 0 skipped"},
		"one failed":            {pass + "\n" + fail, false, false, "b_test.go:3: broken"},
		"one panicked":          {pass + "\n" + panics, false, false, "unfinished: p TestD\npanic: broken"},
		"skipped":               {pass + "\n" + skip, false, true, "skipped: p TestC: c_test.go:3: no Asterisk 22: needs root"},
		"skipped, but required": {pass + "\n" + skip, true, false, "1 tests had no Asterisk"},
		"build failed":          {pass + "\n" + build, false, false, "p.go:1: undefined: x"},
		"nothing ran":           {"", false, false, "no test ran"},
		"took longest":          {pass + slow, false, true, "took longest: ami 92 s, q 2 s\n1 passed, 0 failed, 0 skipped"},
		"go itself failed":      {"go: no such module", false, false, "go: no such module"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			r := newReport(&out, true)
			for line := range strings.Lines(test.input) {
				r.line([]byte(line))
			}
			if ok := r.close(test.required); ok != test.ok {
				t.Errorf("close = %t, want %t", ok, test.ok)
			}
			if !strings.Contains(out.String(), test.want) {
				t.Errorf("output %q lacks %q", out.String(), test.want)
			}
		})
	}
}

func TestModules(t *testing.T) {
	for part, want := range map[string]string{
		"":                        "[{. [./...]} {examples [./...]} {internal/sipua [./...]} {internal/browser [./...]}]",
		"ami":                     "[{. [./ami/...]}]",
		"./agi/ fastagi":          "[{. [./agi/... ./fastagi/...]}]",
		"examples":                "[{examples [./...]}]",
		"examples/ivr event":      "[{. [./event/...]} {examples [./ivr/...]}]",
		"internal/lab examples/a": "[{. [./internal/lab/...]} {examples [./a/...]}]",
		"internal/sipua":          "[{internal/sipua [./...]}]",
		"internal":                "[{. [./internal/...]} {internal/sipua [./...]} {internal/browser [./...]}]",
	} {
		if got := fmt.Sprint(modules(strings.Fields(part))); got != want {
			t.Errorf("modules(%s) = %s, want %s", part, got, want)
		}
	}
}
