package live

import (
	"strconv"
	"strings"
)

// Side says whether a channel is ours or leads outside.
type Side int

const (
	// SideOurs is a phone or an application of ours.
	SideOurs Side = iota + 1
	// SideOutside is a trunk, or what is reached through one.
	SideOutside
)

// String is the side as a word; that of the zero value is "unknown".
func (s Side) String() string {
	switch s {
	case 0:
		return "unknown"
	case SideOurs:
		return "ours"
	case SideOutside:
		return "outside"
	}
	return "Side(" + strconv.Itoa(int(s)) + ")"
}

// MarshalText is String, for JSON.
func (s Side) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Rules are a table for [Config.Classify], as Rules{{Device: "PJSIP/provider", Side: live.SideOutside}}.Classify: the first
// rule that fits a channel tells its side. Where none fits the side is not known.
type Rules []Rule

// Rule tells the side of channels. An empty Device or Context fits all. A * at the end of either stands for any text, as in
// PJSIP/trunk-*.
type Rule struct {
	Device  string // as [Channel.Device] has it
	Context string // where the channel is in the dialplan: at its beginning that of its endpoint, if it was seen then
	Side    Side
}

// Classify returns the side of a channel. Local channels, which lead to nobody themselves, have none.
func (r Rules) Classify(c *Channel) Side {
	device := c.Device()
	if device == "" || strings.HasPrefix(device, "Local/") {
		return 0
	}
	for i := range r {
		if fits(r[i].Device, device) && fits(r[i].Context, c.Context) {
			return r[i].Side
		}
	}
	return 0
}

func fits(pattern, text string) bool {
	if begin, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(text, begin)
	}
	return pattern == "" || pattern == text
}

// Direction is where a Call goes, seen from us.
type Direction int

const (
	// DirectionInbound has come from outside.
	DirectionInbound Direction = iota + 1
	// DirectionOutbound was begun by one of ours, and has called outside.
	DirectionOutbound
	// DirectionInternal was begun by one of ours, and has called nobody outside so far.
	DirectionInternal
)

// String is the direction as a word; that of the zero value is "unknown".
func (d Direction) String() string {
	switch d {
	case 0:
		return "unknown"
	case DirectionInbound:
		return "inbound"
	case DirectionOutbound:
		return "outbound"
	case DirectionInternal:
		return "internal"
	}
	return "Direction(" + strconv.Itoa(int(d)) + ")"
}

// MarshalText is String, for JSON.
func (d Direction) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
