package callcentre

import (
	"math/rand/v2"
	"time"
)

// Draw is what one of the people decides by.
type Draw struct{ *rand.Rand }

// NewDraw makes the draw of a person, who decides the same with the same seed.
func NewDraw(seed, person uint64) *Draw { return &Draw{rand.New(rand.NewPCG(seed, person))} }

// Split makes a draw for one call, so that what is drawn in others changes nothing in it.
func (d *Draw) Split() *Draw { return NewDraw(d.Uint64(), d.Uint64()) }

// Chance is true in so many of 100 cases.
func (d *Draw) Chance(percent int) bool { return d.IntN(100) < percent }

// Seconds is a time of at least from and less than to seconds.
func (d *Draw) Seconds(from, to int) time.Duration {
	return time.Duration(from)*time.Second + time.Duration(d.Int64N(int64(to-from)*int64(time.Second)))
}
