package ajam_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/internal/conformance"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// nginxConf is a server as docs/ajam.md tells to write it, with the folders of
// a test around.
const nginxConf = `
daemon off;
error_log stderr;
pid %[1]s/pid;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	server {
		listen %[2]s ssl;
		ssl_certificate %[1]s/server.pem;
		ssl_certificate_key %[1]s/server-key.pem;
		location %[3]s {
			proxy_pass http://%[4]s;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
			proxy_read_timeout 300s;
			proxy_pass_header Server;
			client_max_body_size 64k;
		}
	}
}
`

// proxied is which paths a proxy passes on, and where to.
type proxied struct {
	location string // nginx's word for the paths
	path     string // of these, what the URL has
	to       string // what Asterisk's path has instead; empty for the same
}

var (
	onlyRawman = proxied{location: "~ ^/asterisk/a?rawman$", path: "/asterisk"} // as in docs/ajam.md
	elsewhere  = proxied{location: "/pbx/", path: "/pbx", to: "/"}
)

// behindNginx puts a proxy with TLS in front of a server, and returns the URL there.
func behindNginx(t *testing.T, s *lab.Server, p proxied) string {
	t.Helper()
	root := lab.Tools(t)
	if err := os.MkdirAll(filepath.Join(root, "lab"), 0o755); err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp(filepath.Join(root, "lab"), "nginx-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil { // nginx's workers keep there what its memory does not hold
		t.Fatal(err)
	}
	for _, key := range []string{"server.pem", "server-key.pem"} {
		text, err := os.ReadFile(filepath.Join(s.Dir(), "keys", key))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, key), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	free, err := net.Listen("tcp", net.JoinHostPort(s.IP(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	inside := "/lab/" + filepath.Base(folder)
	if err := os.WriteFile(filepath.Join(folder, "conf"), fmt.Appendf(nil, nginxConf, inside, address, p.location, s.HTTP()+p.to), 0o600); err != nil {
		t.Fatal(err)
	}
	nginx := exec.Command("chroot", root, "/usr/sbin/nginx", "-c", inside+"/conf", "-e", "stderr")
	nginx.Stderr = os.Stderr
	if err := nginx.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = nginx.Process.Signal(os.Interrupt)
		_ = nginx.Wait()
	})
	listens(t, address)
	return "https://" + address + p.path
}

// listens waits until something accepts connections at address.
func listens(t *testing.T, address string) {
	t.Helper()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for ctx := deadline(t, 10*time.Second); ; {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			t.Fatalf("nginx does not listen: %v", err)
		}
	}
}

// straight is the HTTP client of a test that needs no other.
func straight(t *testing.T) *http.Client { return clientOf(t, &http.Transport{}) }

// trusting is a client that knows the server's CA.
func trusting(t *testing.T, s *lab.Server) *http.Client {
	return clientOf(t, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.CA()}, MaxIdleConnsPerHost: 20})
}

func clientOf(t *testing.T, transport *http.Transport) *http.Client {
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// way leads to a server.
type way struct {
	name string // begins the names of the clients that take it
	url  string
	to   func(*testing.T) *http.Client
}

// ways are straight to a server, and at full size through a proxy, too.
func ways(t *testing.T, s *lab.Server) []way {
	all := []way{{"", plain(s), straight}}
	if lab.Full() {
		all = append(all, way{"nginx ", behindNginx(t, s, elsewhere), func(t *testing.T) *http.Client { return trusting(t, s) }})
	}
	return all
}

// Behind a proxy all is as it is without. What the tests of [ways] have is there.
func TestLiveNginx(t *testing.T) {
	if !lab.Full() {
		t.Skip("the suite once more takes a minute; ASTERISK_FULL=1 runs it")
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			config := conformance.Config()
			config.Append["http.conf"] = "prefix = asterisk"
			s := lab.Start(t, v, config)
			url := behindNginx(t, s, onlyRawman)
			client := trusting(t, s)
			for _, by := range overHTTP(v, func(*lab.Server) string { return url }, func(c *ajam.Config) { c.HTTPClient = client }) {
				t.Run(by.Name, func(t *testing.T) { conformance.Test(t, s, by) })
			}
		})
	}
}
