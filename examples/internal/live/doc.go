// Package live has the tests of the examples on real Asterisk servers. It builds each program and runs it as a user does,
// for the folders of the examples themselves hold nothing of this repository's own.
package live
