package gateway

import (
	"mime"
	"net/http"
	"strings"
	"time"
)

// ServeHTTP answers a request: see [Gateway].
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	if r.ContentLength != 0 { // the server waits for a body that nobody has read, before it answers
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(closeTimeout))
	}
	switch path := strings.TrimPrefix(r.URL.Path, "/"); path {
	case "healthz":
		if methods(w, r, http.MethodGet, http.MethodHead) {
			g.serveHealth(w)
		}
	case "client.js", "client.d.ts":
		if g.named(w, r) && methods(w, r, http.MethodGet, http.MethodHead) {
			g.origins.share(w, r)
			serveClient(w, r, path)
		}
	case "socket":
		if g.named(w, r) && methods(w, r, http.MethodGet) {
			g.task(w, g.serveSocket, r)
		}
	case "stream":
		g.servePost(w, r, g.serveStream)
	case "action":
		g.servePost(w, r, g.serveAction)
	case "stats":
		if g.named(w, r) && methods(w, r, http.MethodGet) {
			g.task(w, g.serveStats, r)
		}
	default:
		http.NotFound(w, r)
	}
}

// protect sets what keeps an answer from being stored, shown as a page, or taken for something else.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

func methods(w http.ResponseWriter, r *http.Request, allowed ...string) bool {
	for _, method := range allowed {
		if r.Method == method {
			return true
		}
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	return false
}

// named refuses a request that names another host.
func (g *Gateway) named(w http.ResponseWriter, r *http.Request) bool {
	if g.origins.host(r) {
		return true
	}
	g.counts.foreign.Add(1)
	http.Error(w, "this host is not one of the gateway's", http.StatusMisdirectedRequest)
	return false
}

// task runs a handler that Close waits for.
func (g *Gateway) task(w http.ResponseWriter, handler http.HandlerFunc, r *http.Request) {
	if !g.begin() {
		g.refuse(w, refusedClosing)
		return
	}
	defer g.tasks.Done()
	handler(w, r)
}

// answerTimeout is how long there may be no answer to a POST: while its body comes, while the application is asked who it is of and
// what they may do, and while the Action runs.
const answerTimeout = helloTimeout + 2*applicationTimeout + actionTime

// servePost lets only pages that may connect post.
func (g *Gateway) servePost(w http.ResponseWriter, r *http.Request, handler http.HandlerFunc) {
	// That of the server is for all of its requests.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTimeout + g.config.WriteTimeout))
	if !g.named(w, r) || !methods(w, r, http.MethodPost, http.MethodOptions) {
		return
	}
	if r.Method == http.MethodOptions {
		g.origins.preflight(w, r)
		return
	}
	if !g.origins.page(r) {
		g.counts.foreign.Add(1)
		g.refuse(w, refusedPage)
		return
	}
	g.origins.share(w, r)
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		http.Error(w, "the Content-Type has to be application/json", http.StatusUnsupportedMediaType)
		return
	}
	g.task(w, handler, r)
}
