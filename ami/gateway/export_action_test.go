package gateway

// Allows is what a Dial allows.
func Allows(d Dial, number string) bool { return d.allows(number) }

// CheckDial is why a Dial can't be read.
func CheckDial(d Dial) error { return d.check() }

// IsNumber is whether a text can be dialled.
func IsNumber(text string) bool { return isNumber(text) }
