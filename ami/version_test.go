package ami_test

import (
	"math"
	"testing"

	"github.com/asterisk-go/asterisk-go"
)

// Version strings: GIT-22…, certified/18, certified-20, SVN-branch-13, dev.
func TestParseVersion(t *testing.T) {
	for text, want := range map[string][3]int{
		"22.10.1":                               {22, 10, 1},
		"22.10.1+dfsg+~cs6.17.60671434-1":       {22, 10, 1},
		"16.28.0~dfsg-0+deb11u4":                {16, 28, 0},
		"20.1.0-rc1":                            {20, 1, 0},
		"18.9":                                  {18, 9, 0},
		"13.21-cert3":                           {13, 21, 0},
		"certified/18.9-cert1":                  {18, 9, 0},
		"certified-20.7-cert2":                  {20, 7, 0},
		"certified/18":                          {18, 0, 0},
		"GIT-22-3e8d0d6":                        {22, 0, 0},
		"GIT-22-3e8d0d6M":                       {22, 0, 0},
		"SVN-branch-13-r420000":                 {13, 0, 0},
		"SVN-13-r1":                             {13, 0, 0},
		"22":                                    {22, 0, 0},
		"GIT-master-3e8d0d6":                    {},
		"UNKNOWN__and_probably_unsupported":     {},
		"dev":                                   {},
		"":                                      {},
		"22x":                                   {},
		"\x00\xff":                              {},
		"99999999999999999999999999999999999.1": {math.MaxInt, 1, 0},
	} {
		v := asterisk.ParseVersion(text)
		if got := [3]int{v.Major, v.Minor, v.Patch}; got != want || v.Text != text {
			t.Errorf("ParseVersion(%q) = %+v, want %v", text, v, want)
		}
	}
}

func TestVersionCompares(t *testing.T) {
	for _, test := range []struct {
		text         string
		major, minor int
		want         bool
	}{
		{"22.10.1", 22, 10, true}, {"22.10.1", 22, 9, true}, {"22.10.1", 16, 28, true}, {"22.10.1", 22, 11, false},
		{"22.10.1", 23, 0, false}, {"GIT-22-1", 22, 0, true}, {"GIT-22-1", 22, 1, false}, {"dev", 1, 0, false},
	} {
		if got := asterisk.ParseVersion(test.text).AtLeast(test.major, test.minor); got != test.want {
			t.Errorf("%s is at least %d.%d: %v, want %v", test.text, test.major, test.minor, got, test.want)
		}
	}
	for want, v := range map[string]asterisk.Version{"unknown": {}, "16": {Major: 16}, "GIT-1": {Text: "GIT-1", Major: 1}} {
		if v.String() != want {
			t.Errorf("%+v prints as %s, want %s", v, v, want)
		}
	}
}

func FuzzParseVersion(f *testing.F) {
	for _, text := range []string{"22.10.1", "certified/18.9-cert1", "GIT-22-3e8d0d6", "", "SVN-branch-13"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if v := asterisk.ParseVersion(text); v.Text != text || v.Major < 0 || v.Minor < 0 || v.Patch < 0 {
			t.Errorf("ParseVersion(%q) = %+v", text, v)
		}
	})
}
