// Package lab runs real Asterisk servers for tests: an old one (16) and a current one (22 or newer).
//
// Each version is a Debian suite unpacked once per machine into a folder (see [Build]); a server is an Asterisk
// chrooted into it, in a mount namespace of its own, on a loopback address of its own, with everything it
// writes below one folder that goes away with it. Servers of one version run side by side, from any number of
// test processes.
//
// A test takes a server with [Each] or [Shared] (one per version and test binary, stopped by [Stop] in
// TestMain) or [Start] (its own). Where the machine cannot run one (no Linux, no root, no mmdebstrap to build
// with) the test is skipped with the reason.
//
// [Tools] and [Browser] are such folders too, with programs that tests need beside an Asterisk.
//
// Environment:
//
//	ASTERISK_LAB=required                   fail instead of skipping
//	ASTERISK_FULL=1                         tests that ask [Full] run at full size
//	ASTERISK_SOAK=duration                  tests that ask [Rounds] or [Soak] go on that long, each
//	ASTERISK_LAB_CACHE=folder               where the roots live; default: the user's cache, asterisk-go-lab
//	ASTERISK_LAB_MIRROR=URI                 Debian archive to build from; default: the one apt is set to
//	ASTERISK_TEST_22=host:port,user,secret  AMI of a running server for Shared and Each (also _16)
package lab
