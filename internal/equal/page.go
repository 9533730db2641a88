package equal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Page is the list of differences as docs/pbxtest.md has it.
func Page() string {
	var b strings.Builder
	section := func(title, text string) { fmt.Fprintf(&b, "### %s\n\n%s\n\n", title, text) }
	item := func(format string, values ...any) { fmt.Fprintf(&b, "- "+format+"\n", values...) }

	section("What pbxtest never tells", "Real servers do. Of the captures, those marked * are left out already.")
	for _, a := range NewAbsences() {
		item("%s%s", a.Why, map[bool]string{true: " *"}[a.Live])
	}
	b.WriteString("\n")
	section("What pbxtest tells otherwise", "Each time, on the version that is named or on both.")
	for _, d := range always() {
		item("%s%s", d.Why, map[int]string{16: " (16)", 22: " (22)"}[d.Major])
	}
	b.WriteString("\n")
	section("What it answers otherwise", "Both versions answer each of these in another way. All other actions of TestLiveAnswers are answered in the same words.")
	for _, a := range Answers() {
		item("`%s`: %s", a.Action, a.Why)
	}
	b.WriteString("\n")
	section("What Asterisk's threads decide", "On a real server this differs from call to call. pbxtest does it always in one way.")
	for _, r := range Races() {
		item("%s", r.Why)
	}
	b.WriteString("\n")
	section("What single captures have otherwise", "Most are such races. A capture is named by the package that has it, what was played, and the version.")
	captures := make(map[string][]string)
	for _, d := range Differences() {
		captures[d.Why] = append(captures[d.Why], d.Captures...)
	}
	for _, why := range slices.Sorted(maps.Keys(captures)) {
		slices.Sort(captures[why])
		item("%s: %s", why, strings.Join(slices.Compact(captures[why]), ", "))
	}
	return b.String()
}
