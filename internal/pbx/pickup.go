package pbx

func (d *dial) pickedUp(*outgoing) {}
