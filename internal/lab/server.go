package lab

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Server is a real Asterisk. Its methods may be called from several goroutines.
type Server struct {
	version  Version
	asterisk string
	root     string
	id       string
	address  address
	users    []User
	config   Config
	ca       *x509.Certificate
	detached bool

	external     string // AMI address, of a server that is not ours
	externalUser User

	mu      sync.Mutex // guards process
	process *process
}

// Version returns which of the lab's servers it is.
func (s *Server) Version() Version { return s.version }

// Asterisk returns what the server itself says it is, like "22.10.1"; empty for an external one.
func (s *Server) Asterisk() string { return s.asterisk }

// External is true for a server named in the environment: only AMI and User("all") are known of it.
func (s *Server) External() bool { return s.external != "" }

// RequireOwn skips the test if the server is external.
func (s *Server) RequireOwn(t testing.TB) {
	t.Helper()
	if s.External() {
		t.Skipf("the test needs more than AMI, and the server at %s is not ours", s.external)
	}
}

// AMI returns the address of the manager interface.
func (s *Server) AMI() string {
	if s.External() {
		return s.external
	}
	return s.address.at(s.address.AMI)
}

// AMITLS returns the address of the manager interface over TLS.
func (s *Server) AMITLS() string { return s.address.at(s.address.AMITLS) }

// HTTP returns the address of the HTTP server: of AJAM, and of ARI, where [Server.User] all has the same name and secret.
func (s *Server) HTTP() string { return s.address.at(s.address.HTTP) }

// HTTPS returns the address of the HTTP server over TLS.
func (s *Server) HTTPS() string { return s.address.at(s.address.HTTPS) }

// SIP returns the UDP address of the PJSIP transport; phones 100 to 102 have the passwords secret-100 and so on.
func (s *Server) SIP() string { return s.address.at(s.address.PJSIP) }

// IP returns the loopback address everything of this server is bound to.
func (s *Server) IP() string { return s.address.IP }

// User returns a manager user of the server, the zero User if it has none of that name. Every server has all,
// nosystem, nocall, readonly, noread, single, crm and impatient.
func (s *Server) User(name string) User {
	if at := find(s.users, name); at >= 0 {
		return s.users[at]
	}
	if s.External() && name == "all" {
		return s.externalUser
	}
	return User{}
}

// Users returns all of them.
func (s *Server) Users() []User { return append([]User(nil), s.users...) }

// CA returns the pool that verifies the server's certificate, issued for [TLSName] and [Server.IP].
func (s *Server) CA() *x509.CertPool {
	pool := x509.NewCertPool()
	if s.ca != nil {
		pool.AddCert(s.ca)
	}
	return pool
}

// CAFile returns the path of the CA's certificate.
func (s *Server) CAFile() string { return filepath.Join(s.Dir(), "keys", "ca.pem") }

// Root returns the folder the server is chrooted into, shared with others.
func (s *Server) Root() string { return s.root }

// Dir returns the server's own folder, with etc, log, spool, keys, run, lib and agi-bin. The server sees it
// without the Root in front.
func (s *Server) Dir() string { return filepath.Join(s.root, s.inside()) }

func (s *Server) inside() string { return "/lab/" + s.id }

func (s *Server) conf() string { return s.inside() + "/etc/asterisk.conf" }

// Reconfigure writes a file of the server's etc; the caller reloads what reads it.
func (s *Server) Reconfigure(file, content string) error {
	if err := os.WriteFile(filepath.Join(s.Dir(), "etc", file), []byte(content), 0o600); err != nil {
		return fmt.Errorf("lab: reconfigure: %w", err)
	}
	return nil
}

// CLI runs a command on the server's console and returns what it prints.
func (s *Server) CLI(ctx context.Context, command string) (string, error) {
	if s.External() {
		return "", errors.New("lab: no console on an external server")
	}
	cmd := exec.CommandContext(ctx, "chroot", s.root, "/usr/sbin/asterisk", "-C", s.conf(), "-rx", command)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("lab: console %q: %w: %s", command, err, tail(string(out), 3))
	}
	return string(out), nil
}
