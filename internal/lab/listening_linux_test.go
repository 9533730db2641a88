package lab_test

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestServerListensOnItsOwnAddressOnly(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		sockets := socketsOf(t, s.PID())
		resolver := 0
		for _, protocol := range []string{"tcp", "tcp6", "udp", "udp6"} {
			for _, ip := range bound(t, protocol, sockets) {
				switch {
				case ip.String() == s.IP():
				case ip.IsUnspecified() && strings.HasPrefix(protocol, "udp"):
					resolver++
				default:
					t.Errorf("%s socket on %s, want %s", protocol, ip, s.IP())
				}
			}
		}
		// PJSIP's DNS resolver asks from one socket of each family, and no setting binds or avoids it.
		if resolver > 2 {
			t.Errorf("%d UDP sockets on all addresses, want no more than the resolver's 2", resolver)
		}
	})
}

// socketsOf returns the inodes of a process's sockets.
func socketsOf(t *testing.T, pid int) []string {
	t.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil || len(files) == 0 {
		t.Fatalf("no open files of process %d: %v", pid, err)
	}
	var inodes []string
	for _, file := range files {
		target, err := os.Readlink(file)
		if inode, ok := strings.CutPrefix(target, "socket:["); ok && err == nil {
			inodes = append(inodes, strings.TrimSuffix(inode, "]"))
		}
	}
	return inodes
}

// bound returns the local addresses of those sockets that are in the kernel's table of a protocol.
func bound(t *testing.T, protocol string, inodes []string) []net.IP {
	t.Helper()
	table, err := os.Open("/proc/net/" + protocol)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	var found []net.IP
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		field := strings.Fields(lines.Text())
		if len(field) < 10 || !slices.Contains(inodes, field[9]) {
			continue
		}
		address, _, _ := strings.Cut(field[1], ":")
		found = append(found, parseIP(t, address))
	}
	return found
}

// parseIP reads the kernel's notation: hexadecimal, each 32 bit word with its bytes reversed.
func parseIP(t *testing.T, text string) net.IP {
	t.Helper()
	ip, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	for word := range slices.Chunk(ip, 4) {
		slices.Reverse(word)
	}
	return ip
}
