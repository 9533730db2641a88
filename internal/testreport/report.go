package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// testEvent is a line of go test -json; see go doc test2json.
type testEvent struct {
	Action     string
	Package    string
	ImportPath string // instead of Package, of what go build says
	Test       string
	Output     string
	Elapsed    float64
}

// report sums up a run.
type report struct {
	out      io.Writer
	verbose  bool
	printed  map[string][]string // by package and test, until that has ended
	skipped  []string            // each with its reason
	failures []string
	took     []packageTime
	passed   int
	labless  int // skipped because there was no Asterisk
}

// packageTime is how long the tests of a package took.
type packageTime struct {
	name    string
	seconds float64
}

func newReport(out io.Writer, verbose bool) *report {
	return &report{out: out, verbose: verbose, printed: make(map[string][]string)}
}

// line takes one line of the run; what is not JSON is passed on.
func (r *report) line(text []byte) {
	var e testEvent
	if json.Unmarshal(text, &e) != nil || e.Action == "" {
		fmt.Fprintf(r.out, "%s", text)
		return
	}
	switch e.Action {
	case "output":
		r.output(e)
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "build-fail":
		r.failures = append(r.failures, e.ImportPath+" (build)")
	case "pass", "fail", "skip":
		r.ended(e)
	}
}

func (r *report) output(e testEvent) {
	status := strings.TrimLeft(e.Output, " ")
	switch {
	case strings.HasPrefix(status, "=== "), e.Test == "" && e.Output == "PASS\n":
	case e.Test == "" && (strings.HasPrefix(status, "ok  \t") || strings.HasPrefix(status, "FAIL")):
		fmt.Fprint(r.out, e.Output)
	default:
		id := e.Package + " " + e.Test
		r.printed[id] = append(r.printed[id], e.Output)
	}
}

// ended takes the end of a test or, without a name, of a package.
func (r *report) ended(e testEvent) {
	id := e.Package + " " + e.Test
	text := strings.Join(r.printed[id], "")
	delete(r.printed, id)
	if e.Test == "" {
		r.took = append(r.took, packageTime{e.Package, e.Elapsed})
	}
	if e.Action == "fail" {
		r.failures = append(r.failures, strings.TrimSpace(id))
		fmt.Fprint(r.out, text)
		if e.Test == "" {
			r.unfinished(e.Package)
		}
		return
	}
	if e.Test == "" {
		return
	}
	if e.Action == "pass" {
		r.passed++
	} else {
		r.skip(id, text)
	}
	if r.verbose {
		status := map[string]string{"pass": "PASS", "skip": "SKIP"}[e.Action]
		fmt.Fprintf(r.out, "--- %s: %s (%.2fs)\n", status, e.Test, e.Elapsed)
	}
}

// unfinished prints what tests of a package had printed that did not come to their end: among it is the panic that ended all.
func (r *report) unfinished(name string) {
	for _, id := range slices.Sorted(maps.Keys(r.printed)) {
		if strings.HasPrefix(id, name+" ") {
			fmt.Fprintf(r.out, "unfinished: %s\n%s", id, strings.Join(r.printed[id], ""))
			delete(r.printed, id)
		}
	}
}

// noAsterisk is what internal/lab says when it skips a test.
var noAsterisk = regexp.MustCompile(`: no Asterisk \d+: `)

func (r *report) skip(id, text string) {
	if noAsterisk.MatchString(text) {
		r.labless++
	}
	reason, _, _ := strings.Cut(text, "--- SKIP")
	r.skipped = append(r.skipped, id+": "+strings.Join(strings.Fields(reason), " "))
}

// close prints the summary and reports whether all is well.
func (r *report) close(required bool) bool {
	for _, skipped := range r.skipped {
		fmt.Fprintln(r.out, "skipped:", skipped)
	}
	for _, failed := range r.failures {
		fmt.Fprintln(r.out, "failed:", failed)
	}
	r.longest()
	fmt.Fprintf(r.out, "%d passed, %d failed, %d skipped\n", r.passed, len(r.failures), len(r.skipped))
	switch {
	case len(r.failures) > 0:
		return false
	case r.passed == 0:
		fmt.Fprintln(r.out, "no test ran")
		return false
	case required && r.labless > 0:
		fmt.Fprintf(r.out, "%d tests had no Asterisk, which ASTERISK_LAB=required demands\n", r.labless)
		return false
	}
	return true
}

// longest says which packages took most of the time, of those that took a second and more.
func (r *report) longest() {
	slices.SortStableFunc(r.took, func(a, b packageTime) int { return cmp.Compare(b.seconds, a.seconds) })
	var all []string
	for _, p := range r.took[:min(5, len(r.took))] {
		if p.seconds >= 1 {
			all = append(all, fmt.Sprintf("%s %.0f s", strings.TrimPrefix(p.name, "github.com/asterisk-go/asterisk-go/"), p.seconds))
		}
	}
	if len(all) > 0 {
		fmt.Fprintln(r.out, "took longest:", strings.Join(all, ", "))
	}
}
