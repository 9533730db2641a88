package event

import "strings"

// BridgeSnapshot is the state of a bridge as events carry it. Where an event has
// several, those with a prefix on the wire are fields of their own:
// ToBridgeUniqueid is To.BridgeUniqueid.
type BridgeSnapshot struct {
	BridgeUniqueid        string // ID of the bridge
	BridgeType            string // basic, base, stasis, ...
	BridgeTechnology      string // as simple_bridge
	BridgeCreator         string // empty when unknown
	BridgeName            string // empty when unknown
	BridgeNumChannels     int
	BridgeVideoSourceMode string // none, talker or single
	BridgeVideoSource     string // Uniqueid of the channel whose video is shown
}

// setBridge takes a field of the block and reports whether it has a place for it.
func setBridge(s *BridgeSnapshot, seen *mask, key, value string) bool {
	rest, ok := strings.CutPrefix(key, "Bridge")
	if !ok {
		return false
	}
	switch rest {
	case "Uniqueid":
		setText(seen, 0, &s.BridgeUniqueid, value)
	case "Type":
		setText(seen, 1, &s.BridgeType, value)
	case "Technology":
		setText(seen, 2, &s.BridgeTechnology, value)
	case "Creator":
		setText(seen, 3, &s.BridgeCreator, known(value, "<unknown>"))
	case "Name":
		setText(seen, 4, &s.BridgeName, known(value, "<unknown>"))
	case "NumChannels":
		if seen.first(5) {
			s.BridgeNumChannels = number(value)
		}
	case "VideoSourceMode":
		setText(seen, 6, &s.BridgeVideoSourceMode, value)
	case "VideoSource":
		setText(seen, 7, &s.BridgeVideoSource, value)
	default:
		return false
	}
	return true
}

// setPrefixedBridge is setBridge for the fields that begin with prefix.
func setPrefixedBridge(s *BridgeSnapshot, seen *mask, prefix, key, value string) bool {
	key, ok := strings.CutPrefix(key, prefix)
	return ok && setBridge(s, seen, key, value)
}
