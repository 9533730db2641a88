package lab

// Trunk is a provider's end of a trunk: a server with [Config.Trunk] takes calls from that address without a password.
// It belongs to nobody, so that any number of tests may send from it, each from a port of its own.
type Trunk struct {
	Name, IP string
	Trusted  bool // trust_id_inbound: the caller's number is that of P-Asserted-Identity
}

// Trunks returns all of them: one that is not trusted, and one that is.
func Trunks() []Trunk {
	return []Trunk{{Name: "trunk", IP: "127.1.0.1"}, {Name: "trusted", IP: "127.1.0.2", Trusted: true}}
}
