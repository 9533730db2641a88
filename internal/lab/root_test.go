package lab_test

import (
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestMirrorIsTheMainArchive(t *testing.T) {
	tests := []struct{ name, targets, want string }{
		{"debian", "trixie-security http://m/debian-security/ Debian\ntrixie-updates http://m/debian/ Debian\ntrixie http://m/debian/ Debian\n", "http://m/debian/"},
		{"vendor first", "trixie http://vendor/linux/ Vendor\ntrixie http://m/debian/ Debian\n", "http://m/debian/"},
		{"no lists yet", "trixie/updates http://m/debian-security/ \ntrixie http://m/debian/ \n", "http://m/debian/"},
		{"security only", "trixie-security http://m/debian-security/ Debian\n", ""},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := lab.MainArchive(test.targets)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("MainArchive = %q, %v, want %q", got, err, test.want)
			}
		})
	}
}
