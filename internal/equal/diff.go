package equal

import (
	"fmt"
	"slices"
	"strings"
)

// Diff shows the events that differ, and of those that stand for each other only the lines that do.
func Diff(want, got []string) string {
	var b strings.Builder
	for len(want) > 0 || len(got) > 0 {
		same := 0
		for same < min(len(want), len(got)) && want[same] == got[same] {
			same++
		}
		for _, text := range want[:same] {
			fmt.Fprintf(&b, "    %s\n", brief(text))
		}
		want, got = want[same:], got[same:]
		missing, extra := nextCommon(want, got)
		showHunk(&b, want[:missing], got[:extra])
		want, got = want[missing:], got[extra:]
	}
	return b.String()
}

// nextCommon is how many of each come before the next that both have.
func nextCommon(want, got []string) (missing, extra int) {
	for sum := range len(want) + len(got) {
		for i := range min(sum, len(want)-1) + 1 {
			if j := sum - i; i < len(want) && j < len(got) && want[i] == got[j] {
				return i, j
			}
		}
	}
	return len(want), len(got)
}

func showHunk(b *strings.Builder, want, got []string) {
	if len(want) != len(got) {
		for _, text := range want {
			fmt.Fprintf(b, "  - %s\n", brief(text))
		}
		for _, text := range got {
			fmt.Fprintf(b, "  + %s\n", brief(text))
		}
		return
	}
	for i := range want {
		fmt.Fprintf(b, "    %s\n", brief(want[i]))
		theirs, ours := strings.Split(want[i], "\n"), strings.Split(got[i], "\n")
		for _, line := range theirs {
			if !slices.Contains(ours, line) {
				fmt.Fprintf(b, "  -   %s\n", line)
			}
		}
		for _, line := range ours {
			if !slices.Contains(theirs, line) {
				fmt.Fprintf(b, "  +   %s\n", line)
			}
		}
	}
}

// brief is the name of an event, and what tells it from others of its name.
func brief(text string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(text, "Event: "), "\n")
	for line := range strings.SplitSeq(text, "\n") {
		for _, key := range []string{"Variable: ", "Value: ", "DestChannel: ", "DialStatus: ", "Application: ", "State: ", "Status: ", "Digit: "} {
			if strings.HasPrefix(line, key) {
				name += " " + line[len(key):]
			}
		}
	}
	return name
}
