package manager

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The limits of main/http.c and main/manager.c.
const (
	inactivity    = 30 * time.Second // for a client to send its parameters, or to read an answer
	maxForm       = 40960
	maxParameters = 128
	httpTimeout   = 60 * time.Second // httptimeout of manager.conf
	loginTime     = 5 * time.Second  // a session lives as long before the login
	waitMargin    = 10 * time.Second // WaitEvent ends as long before the session would
)

const sessionCookie = "mansession_id"

// Web is the manager over HTTP, made of connections to it: each cookie is one. Its fields are set before the first request.
type Web struct {
	// Connect begins a connection: its client's end, and what is closed when the manager has ended it. False refuses it. If the connection has a method
	// Keep(bytes int), that is told of each change to how many bytes of events are kept for WaitEvent.
	Connect func() (conn net.Conn, ended <-chan struct{}, ok bool)
	// Go runs a function that ends with its connection, on a goroutine. False refuses it.
	Go func(func()) bool
	// Version is that of Asterisk.
	Version string

	mu       sync.Mutex             // guards what follows
	sessions map[string]*webSession // by their cookies
	begun    int
}

// ServeHTTP answers at rawman as Asterisk's HTTP server does, for a client with cookies, below any prefix. What the manager sends
// besides answers is kept for WaitEvent.
func (s *Web) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	peer := http.NewResponseController(w) // one in memory can't have deadlines, and needs none
	_ = peer.SetWriteDeadline(time.Time{})
	// What of the body was not read net/http reads afterwards.
	defer func() { _ = peer.SetReadDeadline(time.Now().Add(inactivity)) }()
	w.Header().Set("Server", "Asterisk/"+s.Version)
	w.Header().Set("Cache-Control", "no-cache, no-store")
	if !strings.HasSuffix(strings.TrimSuffix(strings.ToLower(r.URL.Path), "/"), "/rawman") {
		http.Error(w, "The requested URL was not found on this server.", http.StatusNotFound)
		return
	}
	_ = peer.SetReadDeadline(time.Now().Add(inactivity))
	fields, status := formFields(r)
	if status != 0 {
		http.Error(w, http.StatusText(status), status)
		return
	}
	_ = peer.SetReadDeadline(time.Time{})
	session := s.webSession(r)
	if session == nil {
		http.Error(w, "Server shutdown in progress", http.StatusServiceUnavailable)
		return
	}
	defer session.release()
	text, err := session.do(r.Context(), fields)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-type", "text/plain")
	w.Header().Set("Pragma", "SuppressEvents")
	w.Header().Set("Set-Cookie", sessionCookie+`="`+session.id+`"; Version=1; Max-Age=60`)
	_ = peer.SetWriteDeadline(time.Now().Add(inactivity))
	_, _ = io.WriteString(w, text) // a client that is gone does not read it
}

// formFields reads the parameters in their order, or tells which HTTP status
// refuses them.
func formFields(r *http.Request) (fields []string, status int) {
	text := r.URL.RawQuery
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost:
		body, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
		if err != nil {
			return nil, http.StatusBadRequest
		}
		if len(body) > maxForm {
			return nil, http.StatusRequestEntityTooLarge
		}
		text = string(body)
		if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			text = ""
		}
	default:
		return nil, http.StatusNotImplemented
	}
	for parameter := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		name, badName := url.QueryUnescape(name)
		value, badValue := url.QueryUnescape(value)
		if badName != nil || badValue != nil || strings.ContainsAny(name+value, "\r\n\x00") {
			return nil, http.StatusBadRequest // Asterisk takes them; no client should send them
		}
		if name != "" && len(fields) < 2*maxParameters {
			fields = append(fields, name, value)
		}
	}
	return fields, 0
}

// field returns the first value of a name, as Asterisk looks it up.
func field(fields []string, name string) string {
	for i := 0; i+1 < len(fields); i += 2 {
		if strings.EqualFold(fields[i], name) && fields[i+1] != "" {
			return fields[i+1]
		}
	}
	return ""
}
