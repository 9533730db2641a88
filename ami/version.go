package ami

import (
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go"
)

// bannerVersion tells the major version of Asterisk from the version of the
// protocol, which is fixed within one from 12 on.
func bannerVersion(banner string) asterisk.Version {
	_, protocol, _ := strings.Cut(banner, "/")
	v := asterisk.Version{Protocol: strings.TrimSpace(protocol)}
	number, _, _ := strings.Cut(v.Protocol, ".")
	switch n, _ := strconv.Atoi(number); {
	case n == 4:
		v.Major = 15
	case n >= 5:
		v.Major = n + 11
	}
	return v
}
