// Package app is the screen-pop: who calls, on the screen of whose phone rings. [Run] is the whole program.
package app
