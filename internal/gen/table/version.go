package table

import (
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/gen/xmldoc"
)

// Source is the documentation of one version.
type Source struct {
	Version  string // "16"
	Document *xmldoc.Document
}

// firstVersions joins the versions that a name came with, one a branch: "18.25,
// 20.10". It is empty where the name is as old as the lab's first version.
func firstVersions(since []string) string {
	var later []string
	for _, version := range since {
		major, _ := strconv.Atoi(strings.SplitN(version, ".", 2)[0])
		if major <= 16 {
			return ""
		}
		later = append(later, strings.TrimSuffix(version, ".0"))
	}
	return strings.Join(later, ",")
}
