package asterisk

import (
	"regexp"
	"strconv"
)

// Version is which Asterisk is at the other end.
type Version struct {
	// Major, Minor and Patch are those of a release; all zero when unknown. A
	// build from a branch has only Major.
	Major, Minor, Patch int
	// Text is what Asterisk calls itself, as "22.10.1" or "GIT-22-3e8d0d6";
	// empty when the user may not ask (CoreSettings needs write=system or
	// write=reporting). Where it is, or has no number, Major comes from the
	// banner.
	Text string
	// Protocol is the number in the banner, as "11.0.0".
	Protocol string
}

// String is Text, or what else is known.
func (v Version) String() string {
	switch {
	case v.Text != "":
		return v.Text
	case v.Major > 0:
		return strconv.Itoa(v.Major)
	}
	return "unknown"
}

// AtLeast reports whether the version is major.minor or later. An unknown
// version is not.
func (v Version) AtLeast(major, minor int) bool {
	return v.Major > major || v.Major == major && v.Minor >= minor
}

var versionPattern = regexp.MustCompile(`^(?:certified[-/]|GIT-|SVN-(?:branch-)?)?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[^0-9A-Za-z].*)?$`)

// ParseVersion reads what CoreSettings calls AsteriskVersion. Text that holds
// no number gives a Version with only Text.
func ParseVersion(text string) Version {
	v := Version{Text: text}
	parts := versionPattern.FindStringSubmatch(text)
	if parts == nil {
		return v
	}
	v.Major, _ = strconv.Atoi(parts[1])
	v.Minor, _ = strconv.Atoi(parts[2])
	v.Patch, _ = strconv.Atoi(parts[3])
	return v
}
