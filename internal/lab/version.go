package lab

import "strconv"

// Version is a line of Asterisk the lab has a server of.
type Version int

// The versions. V22 is whatever 22 or newer Debian's forky holds; tests never assert a patch version.
const (
	V16 Version = 16
	V22 Version = 22
)

// Versions returns all of them, oldest first.
func Versions() []Version {
	return []Version{V16, V22}
}

// String returns the number, as in subtest names: "22".
func (v Version) String() string {
	return strconv.Itoa(int(v))
}

// suite is the Debian suite that holds the version, and the name of its folder in the cache.
func (v Version) suite() string {
	if v == V16 {
		return "bullseye"
	}
	return "forky"
}
