package show

import "fmt"

// Print prints value as the Format method of another type was asked to: with the same flags and the same verb. The value
// must not have that method.
func Print(s fmt.State, verb rune, value any) {
	_, _ = fmt.Fprintf(s, fmt.FormatString(s, verb), value)
}
