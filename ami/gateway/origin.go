package gateway

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// origins knows by which names the gateway may be reached, and from which pages.
type origins struct {
	hosts map[string]bool // as in a Host header, in lower case
	pages map[string]bool // as in an Origin header, in lower case
	posts *http.CrossOriginProtection
}

func newOrigins(config *Config) (*origins, error) {
	if len(config.Hosts) == 0 {
		return nil, errors.New("Config.Hosts is empty: it has the names by which browsers reach the gateway, as crm.example.com")
	}
	o := &origins{hosts: make(map[string]bool), pages: make(map[string]bool), posts: http.NewCrossOriginProtection()}
	for _, host := range config.Hosts {
		if u, err := url.Parse("//" + host); err != nil || host == "" || u.Host != host || u.Hostname() == "" || strings.ContainsAny(host, "*/@?# ") {
			return nil, fmt.Errorf("Config.Hosts has %q, which is no name as crm.example.com or 127.0.0.1:8080", host)
		}
		host = strings.ToLower(host)
		o.hosts[host] = true
		if len(config.Origins) == 0 {
			o.pages["https://"+host] = true
			if isLoopback(host) {
				o.pages["http://"+host] = true
			}
		}
	}
	for _, page := range config.Origins {
		u, err := url.Parse(page)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.Scheme+"://"+u.Host != page || strings.Contains(page, "*") {
			return nil, fmt.Errorf("Config.Origins has %q, which is no origin as https://crm.example.com", page)
		}
		o.pages[strings.ToLower(page)] = true
	}
	for page := range o.pages {
		if err := o.posts.AddTrustedOrigin(page); err != nil {
			return nil, fmt.Errorf("Config.Origins: %w", err)
		}
	}
	return o, nil
}

// host says whether the request names us, and is not that of a page whose name was made to point at us.
func (o *origins) host(r *http.Request) bool { return o.hosts[strings.ToLower(r.Host)] }

// page says whether the request comes from a page that may connect. Browsers name it in every POST and every WebSocket, so
// that a request without one is refused, too.
func (o *origins) page(r *http.Request) bool {
	named := r.Header["Origin"]
	return len(named) == 1 && o.allowed(named[0]) && o.posts.Check(r) == nil
}

func (o *origins) allowed(origin string) bool { return o.pages[strings.ToLower(origin)] }

// share lets a page of another origin, if it may connect, read the answer, and send its sign-in.
func (o *origins) share(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Origin")
	if named := r.Header["Origin"]; len(named) == 1 && o.allowed(named[0]) {
		h.Set("Access-Control-Allow-Origin", named[0])
		h.Set("Access-Control-Allow-Credentials", "true")
	}
}

// preflight answers the question of a browser whether a page of another origin may send a POST.
func (o *origins) preflight(w http.ResponseWriter, r *http.Request) {
	if o.share(w, r); w.Header().Get("Access-Control-Allow-Origin") == "" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.Header().Set("Access-Control-Allow-Methods", "POST")
	w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	w.Header().Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

// isLoopback says whether a host, with or without a port, is this machine.
func isLoopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		return addr.IsLoopback()
	}
	return strings.EqualFold(name, "localhost")
}
