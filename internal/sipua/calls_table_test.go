package sipua_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// guide is docs/calls.md as a test reads it.
type guide struct {
	tables  map[string][]row // by heading
	leftOut []string         // events that are in no table, unless it shows them
}

// row is an event of a call.
type row struct {
	number int
	event  string
	of     string // the channel or bridge that it is about
	after  []int  // the rows that come before it
	fields []field
}

// field is what the event holds. A value that is the name of a channel or bridge stands for its ID.
type field struct{ key, value string }

var (
	fieldSpan = regexp.MustCompile("`([A-Z][A-Za-z]+): ([^`]*)`")
	nameSpan  = regexp.MustCompile("`([A-Za-z]+)`")
)

func readGuide(t *testing.T) guide {
	t.Helper()
	text, err := os.ReadFile("../../docs/calls.md")
	if err != nil {
		t.Fatal(err)
	}
	g, err := parseGuide(string(text))
	if err != nil {
		t.Fatal("docs/calls.md: ", err)
	}
	return g
}

func parseGuide(text string) (guide, error) {
	g := guide{tables: make(map[string][]row)}
	_, list, _ := strings.Cut(text, "\nLeft out of the tables")
	list, _, _ = strings.Cut(list, "\n\n")
	for _, name := range nameSpan.FindAllStringSubmatch(list, -1) {
		g.leftOut = append(g.leftOut, name[1])
	}
	for _, section := range strings.Split(text, "\n## ")[1:] {
		heading, body, _ := strings.Cut(section, "\n")
		_, table, found := strings.Cut(body, "\n| # | event | of | after | what it tells |\n")
		if !found {
			continue
		}
		table, _, _ = strings.Cut(table, "\n\n")
		for _, line := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
			r, err := parseRow(line)
			if err == nil && r.number != len(g.tables[heading])+1 {
				err = fmt.Errorf("%q is row %d", line, len(g.tables[heading])+1)
			}
			if err != nil {
				return g, fmt.Errorf("%s: %w", heading, err)
			}
			g.tables[heading] = append(g.tables[heading], r)
		}
	}
	return g, nil
}

func parseRow(line string) (r row, err error) {
	cells := strings.SplitN(line, "|", 7)
	if len(cells) != 7 {
		return r, fmt.Errorf("%q has %d cells", line, len(cells)-2)
	}
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(cell)
	}
	r.event, r.of = cells[2], cells[3]
	if r.number, err = strconv.Atoi(cells[1]); err != nil {
		return r, err
	}
	switch after := cells[4]; {
	case after == "" && r.number > 1:
		r.after = []int{r.number - 1}
	case after != "" && after != "–":
		for _, n := range strings.Split(after, ", ") {
			before, err := strconv.Atoi(n)
			if err != nil || before >= r.number {
				return r, fmt.Errorf("%q is after %q", line, n)
			}
			r.after = append(r.after, before)
		}
	}
	for _, span := range fieldSpan.FindAllStringSubmatch(cells[5], -1) {
		r.fields = append(r.fields, field{span[1], span[2]})
	}
	return r, nil
}

// shows is true if a table has events of that name, so that none may be without a row.
func (g guide) shows(heading, event string) bool {
	return !slices.Contains(g.leftOut, event) || slices.ContainsFunc(g.tables[heading], func(r row) bool { return r.event == event })
}
