package live

import (
	"strconv"
	"time"
)

// PartParking is the parking lots, and the calls that are parked.
const PartParking PartName = "parking"

// ParkingLot is where calls can be parked. It is a picture of one moment: do not write to it. Only a list tells of
// parking lots, so what is shown is as old as [Part.Listed]; a reload of res_parking, and a call that is parked in one that is not
// shown, have them listed.
// https://docs.asterisk.org/Configuration/Features/Call-Parking/
type ParkingLot struct {
	Name       string // its key
	StartSpace int    // its first and its last place
	StopSpace  int
	Timeout    time.Duration // until a call is given back, unless told otherwise; 0 for never
}

// String is the parking lot in one line.
func (p *ParkingLot) String() string {
	l := newLine("parking lot", p.Name)
	l.add("Spaces", strconv.Itoa(p.StartSpace)+"-"+strconv.Itoa(p.StopSpace))
	l.add("Timeout", p.Timeout.String())
	return l.String()
}

func (p *ParkingLot) objectName() string        { return "parkingLot" }
func (p *ParkingLot) subscribedBy() objectKey   { return objectKey{"parkingLot", p.Name} }
func (p *ParkingLot) changed(by *change) Change { return changed(p, by) }

// ParkedCall is a channel that is parked. It is a picture of one moment: do not write to it. It stays a moment longer than a channel
// that has ended, until it is told why.
type ParkedCall struct {
	UniqueID         string    // its key, that of its [Channel]
	Channel          string    // name of that
	CallID           string    `json:",omitempty"` // of its [Call]; empty for none
	ParkingLot       string    `json:",omitempty"` // empty while that is not known
	ParkingSpace     int       `json:",omitempty"` // number of the place; 0 while that is not known
	ParkerDialString string    `json:",omitempty"` // who parked it, as PJSIP/100: what is dialled when its time is over
	Parked           time.Time `json:",omitzero"`  // since when
	TimesOut         time.Time `json:",omitzero"`  // when it is given back; zero for never, or not known

	Ended     time.Time  `json:",omitzero"`  // only of one that was removed
	End       ParkingEnd `json:",omitempty"` // why; empty while it is parked, and where that was not seen
	Retriever string     `json:",omitempty"` // UniqueID of the channel that fetched it; empty for none, or not seen
	// NotSeen: a list did not have it any more, so it has ended, and nobody knows when and why.
	NotSeen bool `json:",omitempty"`
}

// ParkingEnd is why a [ParkedCall] has ended.
type ParkingEnd string

const (
	// ParkingEndRetrieved: somebody has fetched it.
	ParkingEndRetrieved ParkingEnd = "retrieved"
	// ParkingEndTimedOut: nobody has fetched it in time.
	ParkingEndTimedOut ParkingEnd = "timed out"
	// ParkingEndGivenUp: it has hung up, or was hung up.
	ParkingEndGivenUp ParkingEnd = "given up"
	// ParkingEndSwapped: another channel has taken its place, as of a Local channel that is left out.
	ParkingEndSwapped ParkingEnd = "swapped"
)

// String is the parked call in one line.
func (p *ParkedCall) String() string {
	l := newLine("parked call", p.Channel)
	l.add("ParkingLot", p.ParkingLot)
	if p.ParkingSpace != 0 {
		l.add("ParkingSpace", strconv.Itoa(p.ParkingSpace))
	}
	l.add("Call", p.CallID)
	l.mark(p.End != "", string(p.End))
	l.mark(p.NotSeen, "not seen")
	return l.String()
}

func (p *ParkedCall) objectName() string        { return "parkedCall" }
func (p *ParkedCall) subscribedBy() objectKey   { return objectKey{"parkedCall", p.UniqueID} }
func (p *ParkedCall) changed(by *change) Change { return changed(p, by) }
