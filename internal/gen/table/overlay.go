package table

import (
	"fmt"
	"io"
	"strings"
)

// Change is one line of an overlay: "verb arguments -- why".
type Change struct {
	Verb string
	Args []string
	Why  string
}

// ReadOverlay reads an overlay. A line that does not say why is an error.
func ReadOverlay(r io.Reader) ([]Change, error) {
	var changes []Change
	err := eachLine(r, func(line string) error {
		what, why, ok := strings.Cut(line, " -- ")
		words := strings.Fields(what)
		if !ok || strings.TrimSpace(why) == "" || len(words) < 2 {
			return fmt.Errorf("%q does not say what and why", line)
		}
		changes = append(changes, Change{words[0], words[1:], why})
		return nil
	})
	return changes, err
}
