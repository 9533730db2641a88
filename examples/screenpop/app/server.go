package app

import (
	"embed"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

//go:embed web
var web embed.FS

// contentPolicy lets the page load nothing but its own files, and run no script that is written into it.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// handler serves the page, its API, and below /pbx/ the gateway.
func (a *app) handler(gateway http.Handler, hosts []string) (http.Handler, error) {
	files, err := fs.Sub(web, "web")
	if err != nil {
		return nil, err
	}
	api := http.NewServeMux()
	api.HandleFunc("POST /api/session", a.postSession)
	api.HandleFunc("DELETE /api/session", a.deleteSession)
	api.HandleFunc("GET /api/session", a.signedIn(a.getSession))
	api.HandleFunc("GET /api/customers", a.signedIn(a.getCustomers))
	api.HandleFunc("POST /api/customers", a.signedIn(a.postCustomer))
	api.HandleFunc("PUT /api/customers/{id}", a.signedIn(a.putCustomer))
	api.HandleFunc("POST /api/customers/{id}/notes", a.signedIn(a.postNote))
	api.HandleFunc("PUT /api/notes/{id}", a.signedIn(a.putNote))

	mux := http.NewServeMux()
	mux.Handle("/api/", noStore(http.NewCrossOriginProtection().Handler(api)))
	mux.Handle("/pbx/", http.StripPrefix("/pbx", gateway))
	mux.Handle("/", noCache(http.FileServerFS(files)))
	return a.guard(mux, hosts), nil
}

// guard refuses other Hosts than ours, so that a page of a stranger can't reach the program under a name of its own, and
// sets what a browser has to keep to.
func (a *app) guard(next http.Handler, hosts []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if a.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if !slices.Contains(hosts, strings.ToLower(r.Host)) && r.URL.Path != "/pbx/healthz" {
			http.Error(w, "this host is not served here", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// noStore keeps customers out of the caches of browsers.
func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// noCache has browsers ask whether files have changed, so that a page is never of two versions.
func noCache(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// hostsOf returns the Hosts of requests that reach a listener.
func hostsOf(listener net.Listener, more []string) []string {
	hosts := []string{listener.Addr().String()}
	_, port, _ := net.SplitHostPort(listener.Addr().String()) // of TCP always right
	hosts = append(hosts, "localhost:"+port, "127.0.0.1:"+port, "[::1]:"+port)
	for _, host := range more {
		hosts = append(hosts, strings.ToLower(host))
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// checkURL checks the template of a CRM's address, which becomes a link.
func checkURL(template string) error {
	if template == "" {
		return nil
	}
	u, err := url.Parse(strings.ReplaceAll(template, "{number}", "1"))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || !strings.Contains(template, "{number}") {
		return fmt.Errorf("the customer's URL has to be https://… with {number} in it, not %q", template)
	}
	return nil
}
