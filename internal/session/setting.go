package session

import "time"

// Forever is as long as a duration of a Config gets: any two of them can be
// added, and added to the time of day.
const Forever = 100 * 365 * 24 * time.Hour

// Duration gives a duration of a Config its value: zero and negative mean usual, and
// more than Forever is Forever.
func Duration(field *time.Duration, usual time.Duration) {
	Number(field, usual)
	*field = min(*field, Forever)
}

// Number gives a number of a Config its value: zero and negative mean usual.
func Number[N int | int64 | time.Duration](field *N, usual N) {
	if *field <= 0 {
		*field = usual
	}
}
