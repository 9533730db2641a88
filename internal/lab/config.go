package lab

import "time"

// Config changes a server from the default; nil or the zero value is the default.
type Config struct {
	SystemName string            // of asterisk.conf; empty: none
	Manager    string            // further lines for [general] of manager.conf
	Users      []User            // further manager users; one named like a standard user takes its place
	Files      map[string]string // file name in etc -> content, in place of the lab's
	Append     map[string]string // file name in etc -> text added at its end

	// Phones are further phones, as 103: like 100 to 102, with passwords as secret-103.
	Phones []string

	// Trunk adds a way in for strangers: the trunks of [Trunks], and the phones 200 to 203, which authenticate with the
	// passwords secret-200 and so on. 202 is trusted with its identity, and 203 may have anything in From. All of them
	// reach the context stranger; see etc/extensions_trunk.conf.
	Trunk bool

	// NoWait makes Start and Restart return as soon as the process runs; [Server.Booted] waits for the rest.
	NoWait bool
	// BootDelay makes every boot take that much longer. Meanwhile AMI accepts logins and answers, without
	// FullyBooted.
	BootDelay time.Duration
	// HoldBoot stops every boot in that state until [Server.ReleaseBoot]; Start and Restart return when AMI
	// accepts connections.
	HoldBoot bool
}

// holds is true if a boot script has to be rendered.
func (c Config) holds() bool {
	return c.HoldBoot || c.BootDelay > 0
}
