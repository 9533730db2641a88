package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"text/tabwriter"
)

// report has the results of each case, one a round.
type report map[string][]result

// row is a line of the report: a quantity of a case, held against another
// case's or, without one, against a bound.
type row struct {
	title    string
	ours     string
	baseline string // a case, or empty
	of       quantity
	target   float64 // at most: of ours to baseline, or of ours
}

type quantity struct {
	verb string // of fmt, with the unit
	get  func(result) float64
}

func (q quantity) format(value float64) string { return fmt.Sprintf(q.verb, value) }

func rows() []row {
	cpu := quantity{"%.0f ns", func(r result) float64 { return r.CPU }}
	mallocs := quantity{"%.2f", func(r result) float64 { return math.Round(r.Mallocs*100) / 100 }}
	wall := quantity{"%.2f ms", func(r result) float64 { return r.Wall / 1e6 }}
	heap := quantity{"%.0f KiB", func(r result) float64 { return r.Heap / 1024 }}
	return append([]row{
		{"nobody subscribed", "nobody", "raw", cpu, 1.2},
		{"one name of 15", "one", "raw", cpu, 1.4},
		{"every event", "every", "raw", cpu, 3.7},
		{"every event, to textproto", "every", "textproto", cpu, 1 / 4.5},
		{"every event, allocations", "every", "", mallocs, 1},
		{"every event, by switch", "decoded", "raw", cpu, 6},
		{"by switch, to textproto", "decoded", "textproto", cpu, 1 / 3.0},
		{"by switch, allocations", "decoded", "", mallocs, 2},
		{"every event, by functions", "handled", "raw", cpu, 4.7},
		{"by functions, allocations", "handled", "", mallocs, 1},
		{"1,000 Originates, events of others", "originates", "originate", cpu, 1.5},
		{"event.Read, allocations", "log", "", mallocs, 2.2},
		{"64 goroutines, Ping", "ping", "rawping", cpu, 1.5},
		{"idle client, heap", "heap", "", heap, 150},
		{"every event, AJAM", "ajam", "every", cpu, 1.5},
		{"event to delivery, AJAM", "ajamdelay", "", wall, 10},
	}, slices.Concat(agiRows(cpu, mallocs), liveRows(cpu), gatewayRows(cpu), simulatedRows(cpu))...)
}

const legend = `
ours, baseline: medians of %d rounds; ns of CPU time of the client's process, the kernel's included, for an event, a Ping or a session.
baseline: raw walks the lines and finds the blank ones; textproto is net/textproto; that of Ping is a raw pipelined client;
that of FastAGI reads and writes the same, and neither parses nor watches for a hangup; that of 1,000 Originates is one;
that of browsers writes a prepared message to the same sockets; that of the simulated PBX writes each event by itself.
target: the most that ratio (ours to baseline) may be, or ours where there is no baseline.
`

// print writes a line a row. An invalid run is an error; a missed target is not.
func (m report) print(w io.Writer, noAsterisk string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "case\tours\tbaseline\tratio\ttarget\t")
	rounds := 0
	for _, r := range rows() {
		rounds = max(rounds, len(m[r.ours]))
		fmt.Fprintln(table, r.title+"\t"+m.line(r, noAsterisk))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	m.printMore(w)
	fmt.Fprintf(w, legend, rounds)
	return m.invalid(slices.Sorted(maps.Keys(m))...)
}

func (m report) line(r row, noAsterisk string) string {
	switch {
	case onAsterisk(r.ours) && len(m[r.ours]) == 0:
		return "\t\t\t\tskipped: " + noAsterisk
	case len(m[r.ours]) == 0, r.baseline != "" && len(m[r.baseline]) == 0:
		return "\t\t\t\tnot measured"
	}
	ours := m.median(r.ours, r.of.get)
	got, baseline, ratio := ours, "-", "-"
	if r.baseline != "" {
		theirs := m.median(r.baseline, r.of.get)
		got = ours / theirs
		baseline, ratio = r.of.format(theirs), fmt.Sprintf("%.2f", got)
	}
	verdict := "ok"
	switch {
	case m.invalid(r.ours, r.baseline) != nil:
		verdict = "invalid"
	case got > r.target:
		verdict = "short"
	}
	return fmt.Sprintf("%s\t%s\t%s\t%.2f\t%s", r.of.format(ours), baseline, ratio, r.target, verdict)
}

// printMore tells what no target is about.
func (m report) printMore(w io.Writer) {
	if len(m["ping"]) > 0 && len(m["rawping"]) > 0 {
		wall := func(r result) float64 { return r.Wall }
		fmt.Fprintf(w, "\nPing: %.0f a second, raw %.0f\n", 1e9/m.median("ping", wall), 1e9/m.median("rawping", wall))
	}
	if len(m["ajam"]) > 0 {
		fmt.Fprintf(w, "AJAM: %.0f events a second of CPU time\n", 1e9/m.median("ajam", func(r result) float64 { return r.CPU }))
	}
	m.printGateway(w)
	if len(m["heap"]) > 0 {
		fmt.Fprintf(w, "idle client: %.0f KiB of stacks\n", m.median("heap", func(r result) float64 { return r.Stack / 1024 }))
	}
}

func (m report) median(name string, get func(result) float64) float64 {
	var values []float64
	for _, r := range m[name] {
		values = append(values, get(r))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// invalid is an error if anything was missed in any run of the cases.
func (m report) invalid(cases ...string) error {
	for _, name := range cases {
		for _, r := range m[name] {
			if r.Invalid != "" {
				return fmt.Errorf("case %s: invalid run: %s", name, r.Invalid)
			}
		}
	}
	return nil
}
