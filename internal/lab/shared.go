package lab

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// shared holds the servers of this test binary: package state, because tests of one binary have nothing else in
// common.
var shared struct {
	mu      sync.Mutex // guards servers; held while one starts, so that the others wait for it
	servers map[Version]*sharedServer
}

type sharedServer struct {
	server *Server
	err    error
}

// Shared returns the server of version v that the tests of this binary have in common, with the default
// configuration. Tests must not stop or reconfigure it. It is the server of ASTERISK_TEST_<version> if that is
// set.
func Shared(t testing.TB, v Version) *Server {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	s := shared.servers[v]
	if s == nil {
		s = startShared(t, v)
		if shared.servers == nil {
			shared.servers = make(map[Version]*sharedServer)
		}
		shared.servers[v] = s
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
	return s.server
}

// startShared does not return if the test has to be skipped; the next one then finds out for itself.
func startShared(t testing.TB, v Version) *sharedServer {
	t.Helper()
	v.root().skipShort(t)
	if value := os.Getenv("ASTERISK_TEST_" + v.String()); value != "" {
		s, err := externalServer(v, value)
		return &sharedServer{s, err}
	}
	s, err := launch(rootFor(t, v), v, nil, false)
	return &sharedServer{s, err}
}

// Each runs a subtest on the shared server of every version.
func Each(t *testing.T, test func(t *testing.T, s *Server)) {
	t.Helper()
	for _, v := range Versions() {
		t.Run(v.String(), func(t *testing.T) {
			test(t, Shared(t, v))
		})
	}
}

// Stop ends the shared servers. TestMain calls it after m.Run.
func Stop() {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	for v, s := range shared.servers {
		if s.server != nil && !s.server.External() {
			if err := s.server.close(); err != nil {
				fmt.Fprintf(os.Stderr, "lab: remove Asterisk %s: %v\n", v, err)
			}
		}
		delete(shared.servers, v)
	}
}

func externalServer(v Version, value string) (*Server, error) {
	part := strings.SplitN(value, ",", 3)
	if len(part) != 3 {
		return nil, fmt.Errorf("lab: ASTERISK_TEST_%s: want host:port,user,secret", v)
	}
	user := User{Name: part[1], Secret: part[2], Read: "all", Write: "all"}
	return &Server{version: v, external: part[0], externalUser: user}, nil
}
