// Package keep is what the sessions of packages ami and ajam have in common
// beside the protocol: coming back after a loss, with a growing pause.
package keep
