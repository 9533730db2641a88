package ami

import (
	"strconv"
	"strings"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// Version is which Asterisk is at the other end.
type Version = asterisk.Version

// ParseVersion reads what CoreSettings calls AsteriskVersion, as
// [asterisk.ParseVersion] does.
func ParseVersion(text string) Version { return asterisk.ParseVersion(text) }

// bannerVersion tells the major version of Asterisk from the version of the
// protocol, which is fixed within one from 12 on.
func bannerVersion(banner string) Version {
	_, protocol, _ := strings.Cut(banner, "/")
	v := Version{Protocol: strings.TrimSpace(protocol)}
	number, _, _ := strings.Cut(v.Protocol, ".")
	switch n, _ := strconv.Atoi(number); {
	case n == 4:
		v.Major = 15
	case n >= 5:
		v.Major = n + 11
	}
	return v
}
