package event

// BridgeSnapshot is the state of a bridge as events carry it. Where an event has
// several, those with a prefix on the wire are fields of their own:
// the key ToBridgeUniqueid is To.BridgeUniqueID.
type BridgeSnapshot struct {
	BridgeUniqueID        string `json:"BridgeUniqueid"` // ID of the bridge
	BridgeType            string // basic, base, stasis, ...
	BridgeTechnology      string // as simple_bridge
	BridgeCreator         string // empty when unknown
	BridgeName            string // empty when unknown
	BridgeNumChannels     int    `json:",string"`
	BridgeVideoSourceMode string // none, talker, single or sfu
	BridgeVideoSource     string // Uniqueid of the channel whose video is shown
}

// bridgeOf makes a snapshot of the slots of its keys.
func bridgeOf(text string, v []slot) (b BridgeSnapshot) {
	_ = v[7]
	b.BridgeUniqueID = v[0].of(text)
	b.BridgeType = v[1].of(text)
	b.BridgeTechnology = v[2].of(text)
	b.BridgeCreator = known(v[3].of(text), "<unknown>")
	b.BridgeName = known(v[4].of(text), "<unknown>")
	b.BridgeNumChannels = number(v[5].of(text))
	b.BridgeVideoSourceMode = v[6].of(text)
	b.BridgeVideoSource = v[7].of(text)
	return b
}
