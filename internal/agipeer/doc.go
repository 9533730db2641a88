// Package agipeer is what Asterisk's side of an AGI session knows before it does anything: how a line is taken apart, which commands there are, and
// what they answer when all goes well. Packages agitest and pbxtest stand on it.
package agipeer
