package pbx

import "strconv"

// Status returns an item of the action Status for each channel, or for the one of a name, with the values of variables.
func (m *Machine) Status(name string, variables []string) (items [][]string) {
	for _, c := range m.channels {
		if name == "" || c.name == name {
			items = append(items, c.status(variables))
		}
	}
	return items
}

func (c *channel) status(variables []string) []string {
	bridge := ""
	if c.bridge != nil {
		bridge = c.bridge.id
	}
	item := append([]string{"Event", "Status", "Privilege", "Call"}, c.fields()...)
	item = append(item,
		"Type", "PJSIP", "DNID", c.dnid, "EffectiveConnectedLineNum", orUnknown(c.connected.number), "EffectiveConnectedLineName", orUnknown(c.connected.name),
		"TimeToHangup", "0", "BridgeID", bridge, "Application", c.application, "Data", c.data,
		"Nativeformats", "(ulaw)", "Readformat", "ulaw", "Readtrans", "", "Writeformat", "ulaw", "Writetrans", "",
		"Callgroup", "0", "Pickupgroup", "0", "Seconds", strconv.Itoa(int(c.machine.now.Sub(c.born).Seconds())))
	for _, name := range variables {
		item = append(item, "Variable", name+"="+c.value(name))
	}
	return item
}
