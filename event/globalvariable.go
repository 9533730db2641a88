package event

// finish takes away what Asterisk says of a global variable's channel.
func (e *VarSet) finish() {
	if e.Channel == "none" && e.UniqueID == "none" {
		e.Channel, e.UniqueID = "", ""
	}
}
